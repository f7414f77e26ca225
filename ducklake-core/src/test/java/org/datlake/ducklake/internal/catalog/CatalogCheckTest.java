package org.datlake.ducklake.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.datlake.ducklake.CatalogVersionException;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogCheckTest {

    private static final Path DIRECTORY = Path.of("/lake");

    private static CatalogState state(String... changes) {
        Map<String, String> options = new HashMap<>();
        options.put("version", "1.0");
        options.put("encrypted", "true");
        options.put("data_path", "/lake/files/");
        for (int i = 0; i < changes.length; i += 2) {
            options.put(changes[i], changes[i + 1]);
        }
        return new CatalogState(true, options, false);
    }

    private static DuckLakeSettings.Builder settings() {
        return DuckLakeSettings.embeddedBuilder(DIRECTORY);
    }

    @Test
    void a_catalog_as_the_settings_want_it_is_fine() {
        assertThatCode(() -> CatalogCheck.check(state(), settings().build())).doesNotThrowAnyException();
        assertThat(CatalogCheck.needsMigration(state())).isFalse();
    }

    @Test
    void no_catalog_is_fine_because_it_will_be_made() {
        assertThatCode(() -> CatalogCheck.check(CatalogState.EMPTY, settings().build()))
                .doesNotThrowAnyException();
        assertThat(CatalogCheck.needsMigration(CatalogState.EMPTY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1", "0.2", "0.3", "0.3-dev1", "0.4"})
    void an_older_catalog_is_migrated_only_when_asked(String version) {
        CatalogState older = state("version", version);

        CatalogVersionException thrown = catchThrowableOfType(
                CatalogVersionException.class,
                () -> CatalogCheck.check(older, settings().build()));
        assertThat(thrown.found()).isEqualTo(version);
        assertThat(thrown.needed()).isEqualTo("1.0");
        assertThat(thrown.canMigrate()).isTrue();
        assertThat(thrown).hasMessageContaining("migrateCatalog(true)");

        assertThatCode(() -> CatalogCheck.check(
                        older, settings().migrateCatalog(true).build()))
                .doesNotThrowAnyException();
        assertThat(CatalogCheck.needsMigration(older)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "1.1-dev.1", "2.0", "0.9"})
    void a_newer_catalog_is_never_touched(String version) {
        CatalogVersionException thrown = catchThrowableOfType(
                CatalogVersionException.class,
                () -> CatalogCheck.check(
                        state("version", version),
                        settings().migrateCatalog(true).build()));

        assertThat(thrown.canMigrate()).isFalse();
        assertThat(thrown).hasMessageContaining("newer, or unknown").hasMessageContaining("'" + version + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "(none)", "'; DROP TABLE x"})
    void rubbish_is_called_what_it_is(String version) {
        assertThatThrownBy(() -> CatalogCheck.check(
                        state("version", version),
                        settings().migrateCatalog(true).build()))
                .isInstanceOf(CatalogVersionException.class)
                .hasMessageContaining("not the version of a DuckLake catalog");
    }

    @Test
    void long_rubbish_is_cut() {
        CatalogState state = state("version", "x".repeat(1000));

        assertThatThrownBy(() -> CatalogCheck.check(state, settings().build()))
                .isInstanceOf(CatalogVersionException.class)
                .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void everything_that_contradicts_the_settings_is_told_at_once() {
        CatalogState state = state("encrypted", "false", "data_path", "/elsewhere/", "data_inlining_row_limit", "7");

        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> CatalogCheck.check(state, settings().build()));

        assertThat(thrown.problems())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("created unencrypted", "encrypted=true"))
                .anySatisfy(problem -> assertThat(problem).contains("'/elsewhere/'", "/lake/files/"))
                .anySatisfy(problem -> assertThat(problem).contains("data_inlining_row_limit=7", "1000"));
    }

    @Test
    void slashes_at_the_end_of_a_path_do_not_matter() {
        assertThatCode(() -> CatalogCheck.check(
                        state("data_path", "/lake/files"), settings().build()))
                .doesNotThrowAnyException();
    }

    @Test
    void strict_encryption_does_not_bear_a_table_that_inlines() {
        CatalogState state = new CatalogState(true, state().options(), true);

        assertThatCode(() -> CatalogCheck.check(state, settings().build())).doesNotThrowAnyException();
        assertThatThrownBy(() -> CatalogCheck.check(
                        state, settings().encryptionStrict(true).build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("strict encryption allows no inlining");
    }
}
