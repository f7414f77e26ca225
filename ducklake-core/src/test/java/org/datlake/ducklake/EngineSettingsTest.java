package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineSettingsTest {

    @Test
    void defaults_leave_the_machine_to_decide() {
        EngineSettings settings = EngineSettings.ofDefaults();

        assertThat(settings.memoryLimitBytes()).isEmpty();
        assertThat(settings.threads()).isEmpty();
        assertThat(settings.tempDirectory()).isEmpty();
        assertThat(settings.maxTempDirectoryBytes()).isEmpty();
        assertThat(settings.extensionDirectory()).isEmpty();
        assertThat(settings.extensionRepository()).isEmpty();
        assertThat(settings.installExtensions()).isTrue();
        assertThat(settings.maxConcurrentCalls()).isGreaterThanOrEqualTo(8);
        assertThat(settings.maxQuarantinedCalls()).isEqualTo(16);
        assertThat(settings.healthInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.duckDbSettings()).isEmpty();
    }

    @Test
    void directories_become_absolute() {
        EngineSettings settings = EngineSettings.builder()
                .tempDirectory(Path.of("spill"))
                .extensionDirectory(Path.of("extensions"))
                .build();

        assertThat(settings.tempDirectory()).contains(Path.of("spill").toAbsolutePath());
        assertThat(settings.extensionDirectory()).contains(Path.of("extensions").toAbsolutePath());
    }

    @Test
    void all_problems_are_told_at_once() {
        EngineSettings.Builder builder = EngineSettings.builder()
                .memoryLimitBytes((64L << 20) - 1)
                .threads(0)
                .maxTempDirectoryBytes(-1)
                .maxConcurrentCalls(0)
                .maxQuarantinedCalls(0)
                .healthInterval(Duration.ofMillis(99))
                .extensionRepository(URI.create("mirror"));

        ConfigurationException thrown = catchThrowableOfType(ConfigurationException.class, builder::build);

        assertThat(thrown.problems()).hasSize(7);
    }

    @Test
    void the_least_values_are_allowed() {
        EngineSettings settings = EngineSettings.builder()
                .memoryLimitBytes(64L << 20)
                .threads(1)
                .maxTempDirectoryBytes(0)
                .maxConcurrentCalls(1)
                .maxQuarantinedCalls(1)
                .healthInterval(Duration.ofMillis(100))
                .build();

        assertThat(settings.memoryLimitBytes()).hasValue(64L << 20);
        assertThat(settings.threads()).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow_unsigned_extensions", "lock_configuration"})
    void settings_that_keep_the_engine_safe_are_fixed(String name) {
        assertThatThrownBy(() ->
                        EngineSettings.builder().duckDbSetting(name, "true").build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name + " is fixed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Threads", "threads = 1; SELECT 1", "a-b"})
    void a_name_that_could_be_anything_else_is_no_setting(String name) {
        assertThatThrownBy(
                        () -> EngineSettings.builder().duckDbSetting(name, "1").build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is not the name of a DuckDB setting");
    }
}
