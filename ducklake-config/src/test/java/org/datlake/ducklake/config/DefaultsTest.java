package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.effective;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.postgres;
import static org.datlake.ducklake.config.Configurations.s3;
import static org.datlake.ducklake.config.Configurations.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.datlake.ducklake.config.DuckLakeConfig.LogFormat;
import org.datlake.ducklake.config.EffectiveValue.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** What holds when nobody says anything. */
class DefaultsTest {

    @TempDir
    Path directory;

    @Test
    void nothing_at_all_means_development_on_this_machine_alone() {
        DuckLakeConfig config = load(directory, Map.of());
        assertThat(config.environment()).isEqualTo(Environment.DEVELOPMENT);
        assertThat(config.debug()).isFalse();
        assertThat(config.serverHost()).isEqualTo("127.0.0.1");
        assertThat(config.serverPort()).isEqualTo(8000);
        assertThat(config.trustLoopback()).isTrue();
        assertThat(config.queryLimits())
                .isEqualTo(new DuckLakeConfig.QueryLimits(Duration.ofSeconds(60), 10_000_000, 1L << 30, 4));
        assertThat(config.slowOperationThreshold()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.tracingJars()).isEmpty();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void nothing_at_all_means_an_embedded_lake_below_the_working_directory() {
        DuckLakeSettings settings = settings(load(directory, Map.of()));
        assertThat(settings.catalog())
                .isEqualTo(CatalogSettings.duckDbFile(directory.resolve("data/catalog.ducklake")));
        assertThat(settings.storage()).isEqualTo(StorageSettings.local(directory.resolve("data/files")));
    }

    @Test
    void no_tokens_are_set_unless_somebody_gives_them() {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), REMOTE)) {
            DuckLakeConfig config = load(directory, environment);
            assertThat(List.of(config.readerTokens(), config.writerTokens(), config.operatorTokens()))
                    .allSatisfy(tokens -> {
                        assertThat(tokens.isSet()).isFalse();
                        assertThat(tokens.current()).isEmpty();
                        assertThat(tokens).asString().endsWith("[unset]");
                    });
        }
    }

    @Test
    void an_empty_value_counts_as_not_given() {
        DuckLakeConfig config = load(
                directory,
                Map.of("AUTH_READER_TOKENS", "", "DB_POSTGRES_PASSWORD", "", "SERVER_PORT", " ", "LOG_LEVEL", ""));
        assertThat(config.readerTokens().isSet()).isFalse();
        assertThat(config.serverPort()).isEqualTo(8000);
        assertThat(effective(config, "DB_POSTGRES_PASSWORD").value()).isEqualTo("unset");
    }

    @Test
    void the_lake_is_encrypted_and_inlines_small_inserts() {
        DuckLakeSettings settings = settings(load(directory, REMOTE));
        assertThat(settings.alias()).isEqualTo("lake");
        assertThat(settings.metadataSchema()).isEqualTo("ducklake");
        assertThat(settings.encrypted()).isTrue();
        assertThat(settings.encryptionStrict()).isFalse();
        assertThat(settings.dataInliningRowLimit()).isEqualTo(1000);
    }

    @Test
    void connecting_is_retried_more_patiently_than_committing() {
        DuckLakeSettings settings = settings(load(directory, REMOTE));
        assertThat(settings.connectionRetry()).isEqualTo(RetryPolicy.ofConnectionRetries(3));
        assertThat(settings.connectionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.commitRetry()).isEqualTo(RetryPolicy.ofRetries(100));
        assertThat(settings.operationTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void postgresql_and_s3_have_the_usual_values() {
        DuckLakeConfig config = load(directory, REMOTE);
        assertThat(postgres(config).port()).isEqualTo(5432);
        assertThat(postgres(config).database()).isEqualTo("ducklakedb");
        assertThat(postgres(config).sslRootCert()).isNull();
        assertThat(s3(config).region()).isEqualTo("us-east-1");
        assertThat(s3(config).bucket()).isEqualTo("ducklake-data");
        assertThat(s3(config).prefix()).isEmpty();
        assertThat(s3(config).bucketEncryption()).isTrue();
        assertThat(config.maintenanceStorage()).isEqualTo(s3(config));
    }

    @Test
    void the_engine_finds_its_own_limits() {
        DuckLakeConfig config = load(directory, Map.of());
        assertThat(settings(config).engine().memoryLimitBytes()).isEmpty();
        assertThat(settings(config).engine().threads()).isEmpty();
        assertThat(settings(config).engine().tempDirectory()).isEmpty();
        assertThat(settings(config).engine().extensionDirectory()).isEmpty();
        assertThat(settings(config).engine().extensionRepository()).isEmpty();
        assertThat(effective(config, "DUCKDB_THREADS").source()).isEqualTo(Source.DERIVED);
    }

    @Test
    void all_features_but_maintenance_are_on_in_development() {
        assertThat(load(directory, Map.of()).features())
                .isEqualTo(new DuckLakeConfig.Features(true, true, true, true, false, true));
    }

    @Test
    void production_serves_no_sql_unless_asked() {
        assertThat(load(directory, REMOTE, "ENVIRONMENT", "production")
                        .features()
                        .queryApi())
                .isFalse();
        assertThat(load(directory, REMOTE, "ENVIRONMENT", "production", "FEATURE_ENABLE_QUERY_API", "true")
                        .features()
                        .queryApi())
                .isTrue();
    }

    @Test
    void logs_are_json_except_on_a_terminal() {
        assertThat(load(directory, Map.of()).logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(Configurations.environment(directory, Map.of())
                        .terminal(true)
                        .load()
                        .logFormat())
                .isEqualTo(LogFormat.TEXT);
        assertThat(Configurations.environment(directory, Map.of("LOG_FORMAT", "JSON"))
                        .terminal(true)
                        .load()
                        .logFormat())
                .isEqualTo(LogFormat.JSON);
    }

    @Test
    void debug_lowers_the_level_of_logs_unless_a_level_is_given() {
        assertThat(load(directory, Map.of()).logLevel()).isEqualTo(Level.INFO);
        assertThat(load(directory, Map.of("DEBUG", "true")).logLevel()).isEqualTo(Level.DEBUG);
        assertThat(load(directory, Map.of("DEBUG", "true", "LOG_LEVEL", "ERROR"))
                        .logLevel())
                .isEqualTo(Level.ERROR);
    }

    @Test
    void the_listing_says_what_holds_and_why() {
        DuckLakeConfig config = load(directory, REMOTE, "SERVER_PORT", "9000");
        assertThat(config.effectiveValues().stream().map(EffectiveValue::name))
                .containsExactlyElementsOf(
                        Arrays.stream(ConfigKey.values()).map(ConfigKey::name).toList());
        assertThat(effective(config, "SERVER_PORT"))
                .isEqualTo(new EffectiveValue("SERVER_PORT", "server.port", "9000", Source.ENVIRONMENT));
        assertThat(effective(config, "DB_POSTGRES_PORT"))
                .isEqualTo(new EffectiveValue("DB_POSTGRES_PORT", "db.postgres.port", "5432", Source.DEFAULT));
        assertThat(effective(config, "DB_POSTGRES_SSLMODE"))
                .isEqualTo(new EffectiveValue("DB_POSTGRES_SSLMODE", "db.postgres.sslmode", "require", Source.DERIVED));
        assertThat(effective(config, "AUTH_WRITER_TOKENS"))
                .isEqualTo(new EffectiveValue("AUTH_WRITER_TOKENS", "auth.writer.tokens", "unset", Source.DEFAULT));
    }
}
