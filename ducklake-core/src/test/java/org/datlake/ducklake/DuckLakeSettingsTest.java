package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckLakeSettingsTest {

    private static final Path DIRECTORY = Path.of("somewhere");

    @Test
    void defaults_are_safe_and_bounded() {
        DuckLakeSettings settings = DuckLakeSettings.embedded(DIRECTORY);

        assertThat(settings.alias()).isEqualTo("lake");
        assertThat(settings.metadataSchema()).isEqualTo("ducklake");
        assertThat(settings.encrypted()).isTrue();
        assertThat(settings.encryptionStrict()).isFalse();
        assertThat(settings.dataInliningRowLimit()).isEqualTo(1000);
        assertThat(settings.migrateCatalog()).isFalse();
        assertThat(settings.storageProbe()).isTrue();
        assertThat(settings.operationTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.connectionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.connectionRetry().maxRetries()).isEqualTo(3);
        assertThat(settings.commitRetry().maxRetries()).isEqualTo(100);
        assertThat(settings.listeners()).isEmpty();
    }

    @Test
    void an_embedded_lake_keeps_catalog_and_files_in_one_directory() {
        DuckLakeSettings settings = DuckLakeSettings.embedded(DIRECTORY);

        Path absolute = DIRECTORY.toAbsolutePath();
        assertThat(settings.catalog()).isEqualTo(new CatalogSettings.DuckDbFile(absolute.resolve("catalog.ducklake")));
        assertThat(settings.storage().dataPath()).isEqualTo(absolute.resolve("files") + "/");
    }

    @Test
    void strict_encryption_turns_inlining_off() {
        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(DIRECTORY)
                .encryptionStrict(true)
                .dataInliningRowLimit(500)
                .build();

        assertThat(settings.dataInliningRowLimit()).isZero();
    }

    @Test
    void all_problems_are_told_at_once() {
        DuckLakeSettings.Builder builder = DuckLakeSettings.builder()
                .alias("my lake")
                .metadataSchema("")
                .encrypted(false)
                .encryptionStrict(true)
                .dataInliningRowLimit(-1)
                .connectionTimeout(Duration.ZERO)
                .operationTimeout(Duration.ofMillis(99));

        ConfigurationException thrown = catchThrowableOfType(ConfigurationException.class, builder::build);

        assertThat(thrown.problems())
                .hasSize(8)
                .anySatisfy(problem -> assertThat(problem).contains("catalog is missing"))
                .anySatisfy(problem -> assertThat(problem).contains("storage is missing"))
                .anySatisfy(problem -> assertThat(problem).contains("alias", "'my lake'"))
                .anySatisfy(problem -> assertThat(problem).contains("metadata schema"))
                .anySatisfy(problem -> assertThat(problem).contains("inlining"))
                .anySatisfy(problem -> assertThat(problem).contains("strict encryption"))
                .anySatisfy(problem -> assertThat(problem).contains("connection timeout"))
                .anySatisfy(problem -> assertThat(problem).contains("operation timeout"));
        assertThat(thrown).hasMessageStartingWith("8 problems:");
        assertThat(thrown.sqlState()).isEqualTo("22023");
        assertThat(thrown.isRetryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "system", "temp", "MAIN"})
    void names_that_duckdb_uses_itself_are_no_alias(String alias) {
        assertThatThrownBy(() ->
                        DuckLakeSettings.embeddedBuilder(DIRECTORY).alias(alias).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("taken by DuckDB itself");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1lake",
                "la-ke",
                "la\"ke",
                "la'ke",
                "läke",
                "x23456789012345678901234567890123456789012345678901234567890abcd"
            })
    void an_alias_is_a_plain_identifier(String alias) {
        assertThatThrownBy(() ->
                        DuckLakeSettings.embeddedBuilder(DIRECTORY).alias(alias).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("plain SQL identifier");
    }

    @Test
    void its_text_shows_no_secret() {
        DuckLakeSettings settings = DuckLakeSettings.builder()
                .catalog(CatalogSettings.postgres("db", 5432, "lake", "me", Secret.of("pg-canary")))
                .storage(StorageSettings.minio("s3:9000", "bucket", "access", Secret.of("s3-canary")))
                .build();

        assertThat(settings.toString()).contains("db", "s3:9000", "bucket").doesNotContain("canary");
    }

    @Test
    void listeners_are_kept_in_their_order() {
        DuckLakeListener first = event -> {};
        DuckLakeListener second = event -> {};

        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(DIRECTORY)
                .listener(first)
                .listener(second)
                .build();

        assertThat(settings.listeners()).containsExactly(first, second);
    }
}
