package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.effective;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.properties;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.config.EffectiveValue.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each name is read from each place, and its value arrives where it belongs. */
class NamesTest {

    /** Users' files hold these: a change breaks them. */
    private static final String PUBLISHED = """
            ENVIRONMENT DEBUG LOG_LEVEL LOG_FORMAT SERVER_HOST SERVER_PORT SERVER_TLS_CERTIFICATE SERVER_TLS_KEY
            DB_POSTGRES_HOST DB_POSTGRES_PORT DB_POSTGRES_DB DB_POSTGRES_USER DB_POSTGRES_PASSWORD
            DB_POSTGRES_SSLMODE DB_POSTGRES_SSLROOTCERT
            DB_DUCKLAKE_PATH DB_DUCKLAKE_ALIAS DB_DUCKLAKE_METADATA_SCHEMA DB_DUCKLAKE_ENCRYPTED
            DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT DB_DUCKLAKE_ENCRYPTION_STRICT
            DB_DUCKLAKE_CONNECTION_RETRIES DB_DUCKLAKE_CONNECTION_TIMEOUT
            DB_DUCKLAKE_COMMIT_RETRIES DB_DUCKLAKE_WRITE_FENCE DB_DUCKLAKE_OPERATION_TIMEOUT
            STORAGE_MINIO_ENDPOINT STORAGE_MINIO_ACCESS_KEY STORAGE_MINIO_SECRET_KEY STORAGE_MINIO_SECURE
            STORAGE_MINIO_REGION STORAGE_DEFAULT_BUCKET STORAGE_PREFIX
            STORAGE_MAINTENANCE_ACCESS_KEY STORAGE_MAINTENANCE_SECRET_KEY
            FEATURE_ENABLE_MEMORY_MONITORING FEATURE_ENABLE_PERFORMANCE_TRACKING FEATURE_ENABLE_PROMETHEUS_METRICS
            FEATURE_ENABLE_S3_ENCRYPTION FEATURE_ENABLE_QUERY_API FEATURE_ENABLE_MAINTENANCE FEATURE_ENABLE_CONSOLE
            SLOW_OPERATION_THRESHOLD TRACING_JARS
            QUERY_TIMEOUT QUERY_MAX_ROWS QUERY_MAX_BYTES QUERY_MAX_CONCURRENT
            AUTH_READER_TOKENS AUTH_WRITER_TOKENS AUTH_OPERATOR_TOKENS AUTH_TRUST_LOOPBACK
            DUCKDB_MEMORY_LIMIT DUCKDB_THREADS DUCKDB_TEMP_DIRECTORY DUCKDB_TEMP_DIRECTORY_LIMIT
            DUCKDB_EXTENSION_DIRECTORY DUCKDB_EXTENSION_REPOSITORY
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void a_root_certificate_is_there() {
        file(directory.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n");
    }

    static List<KeySample> samples() {
        return KeySample.all();
    }

    @Test
    void the_names_are_the_published_ones() {
        assertThat(Arrays.stream(ConfigKey.values()).map(Enum::name))
                .containsExactly(PUBLISHED.strip().split("\\s+"));
    }

    @Test
    void each_name_has_a_sample_in_this_test() {
        assertThat(KeySample.all().stream().map(KeySample::key)).containsExactly(ConfigKey.values());
    }

    @Test
    void a_key_is_the_name_in_lower_case_with_dots() {
        assertThat(ConfigKey.DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT.key())
                .isEqualTo("db.ducklake.data.inlining.row.limit");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void no_sample_equals_what_holds_without_it(KeySample sample) {
        Map<String, String> base = new HashMap<>(sample.base());
        assertThat(sample.arrived().apply(Configurations.load(directory, base))).isNotEqualTo(sample.expected());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_environment_gives_it(KeySample sample) {
        check(sample, Source.ENVIRONMENT, loader(sample, sample.key().name(), sample.written()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_system_property_gives_it(KeySample sample) {
        check(
                sample,
                Source.SYSTEM_PROPERTY,
                loader(sample).systemProperties(Map.of(sample.key().key(), sample.written())));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_program_gives_it(KeySample sample) {
        check(
                sample,
                Source.EXPLICIT,
                loader(sample).explicit(Map.of(sample.key().key(), sample.written())));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_properties_file_gives_it(KeySample sample) {
        properties(directory.resolve("ducklake.properties"), Map.of(sample.key().key(), sample.written()));
        check(sample, Source.FILE, loader(sample));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_file_named_by_the_environment_gives_it(KeySample sample) {
        file(directory.resolve("mounted"), sample.written() + "\n");
        check(sample, Source.SECRET_FILE, loader(sample, sample.key().name() + "_FILE", "mounted"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_file_named_by_a_system_property_gives_it(KeySample sample) {
        Path file = file(directory.resolve("mounted"), sample.written() + "\n");
        check(
                sample,
                Source.SECRET_FILE,
                loader(sample).systemProperties(Map.of(sample.key().key() + ".file", file.toString())));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_file_named_by_a_properties_file_gives_it(KeySample sample) {
        file(directory.resolve("mounted"), sample.written() + "\r\n");
        properties(directory.resolve("ducklake.properties"), Map.of(sample.key().key() + ".file", "mounted"));
        check(sample, Source.SECRET_FILE, loader(sample));
    }

    private DuckLakeConfigLoader loader(KeySample sample, String... more) {
        Map<String, String> base = new HashMap<>(sample.base());
        // The weaker places would lose against it.
        base.remove(sample.key().name());
        return Configurations.environment(directory, base, more);
    }

    private static void check(KeySample sample, Source source, DuckLakeConfigLoader loader) {
        DuckLakeConfig config = loader.load();
        assertThat(sample.arrived().apply(config)).isEqualTo(sample.expected());
        assertThat(effective(config, sample.key().name()))
                .isEqualTo(new EffectiveValue(
                        sample.key().name(),
                        sample.key().key(),
                        sample.key().kind().secret() ? "set" : sample.written(),
                        source));
    }
}
