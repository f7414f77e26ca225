package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.environment;
import static org.datlake.ducklake.config.Configurations.failure;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.problems;
import static org.datlake.ducklake.config.Configurations.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowingConsumer;
import org.datlake.ducklake.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad values: each problem names the key, what is wrong and what to do, and all of them come at once. */
class ProblemsTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENVIRONMENT                         | staging      | must be development or production, was 'staging'
            DEBUG                               | yes          | must be true or false, was 'yes'
            LOG_LEVEL                           | verbose      | must be trace, debug, info, warn or error, was 'verbose'
            LOG_FORMAT                          | xml          | must be text or json, was 'xml'
            SERVER_PORT                         | 0            | must be a whole number from 1 to 65535, was '0'
            SERVER_PORT                         | 65536        | must be a whole number from 1 to 65535, was '65536'
            DB_POSTGRES_PORT                    | 54 32        | must be a whole number from 1 to 65535, was '54 32'
            DB_POSTGRES_SSLMODE                 | on           | must be disable, require, verify-ca or verify-full, was 'on'
            DB_DUCKLAKE_ENCRYPTED               | 1            | must be true or false, was '1'
            DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT | -1           | must be a whole number from 0 to 2147483647, was '-1'
            DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT | 2147483648   | must be a whole number from 0 to 2147483647, was '2147483648'
            DB_DUCKLAKE_CONNECTION_RETRIES      | three        | must be a whole number from 0 to 1000000, was 'three'
            DB_DUCKLAKE_CONNECTION_TIMEOUT      | 30s          | must be seconds as a decimal number from 0.1 to 604800, for example 30.0, was '30s'
            DB_DUCKLAKE_CONNECTION_TIMEOUT      | 0            | must be seconds as a decimal number from 0.1 to 604800, for example 30.0, was '0'
            DB_DUCKLAKE_OPERATION_TIMEOUT       | 1e9          | must be seconds as a decimal number from 0.1 to 604800, for example 30.0, was '1e9'
            DB_DUCKLAKE_OPERATION_TIMEOUT       | -1           | must be seconds as a decimal number from 0.1 to 604800, for example 30.0, was '-1'
            DUCKDB_THREADS                      | 0            | must be a whole number from 1 to 4096, was '0'
            DUCKDB_MEMORY_LIMIT                 | 1024         | must be a size such as 512MB (powers of 1000: KB, MB, GB, TB) or 512MiB (powers of 1024: KiB, MiB, GiB, TiB), was '1024'
            DUCKDB_MEMORY_LIMIT                 | 80%          | must be a size such as 512MB (powers of 1000: KB, MB, GB, TB) or 512MiB (powers of 1024: KiB, MiB, GiB, TiB), was '80%'
            DUCKDB_MEMORY_LIMIT                 | 99999999999TB| is larger than any machine's memory, was '99999999999TB'
            DUCKDB_MEMORY_LIMIT                 | 1MB          | the engine's memory limit must be at least 64 MiB, was 1000000 bytes
            DB_POSTGRES_HOST                    | db:5432      | must be a host's name or address alone, without scheme, user, port, path or blanks
            DB_POSTGRES_HOST                    | a b          | must be a host's name or address alone, without scheme, user, port, path or blanks
            SERVER_HOST                         | http://x     | must be a host's name or address alone, without scheme, user, port, path or blanks
            DB_DUCKLAKE_ALIAS                   | my-lake      | the alias must be a plain SQL identifier of at most 63 characters, was 'my-lake'
            DB_DUCKLAKE_ALIAS                   | temp         | the alias 'temp' is taken by DuckDB itself: choose another
            DB_DUCKLAKE_METADATA_SCHEMA         | a.b          | the metadata schema must be a plain SQL identifier of at most 63 characters, was 'a.b'
            STORAGE_MINIO_ENDPOINT              | store/path   | the storage endpoint must be host:port or a http(s):// URL without a path, user or query
            STORAGE_DEFAULT_BUCKET              | UPPER        | the bucket's name must be 3 to 63 lower-case letters, digits, dots and hyphens, was 'UPPER'
            STORAGE_PREFIX                      | a/*/b        | the storage prefix must not hold any of ? * [ ] { }, control characters or '..'
            DUCKDB_EXTENSION_REPOSITORY         | mirror/duckdb| must be an absolute URL, for example https://mirror.example.com/duckdb
            AUTH_READER_TOKENS                  | ', ,'        | holds no token, only separators
            AUTH_READER_TOKENS                  | 'good,b d'   | token 2 of 2 holds a character that a bearer token cannot carry: use letters, digits and - . _ ~ + /
            """)
    void a_bad_value_names_its_key_the_reason_and_the_remedy(String name, String value, String problem) {
        assertThat(problems(directory, REMOTE, name, value)).containsExactly(name + ": " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "fe80::1%eth0", "db", "10.0.0.1", "db.example.com."})
    void a_host_may_be_a_name_or_an_address(String host) {
        assertThat(load(directory, Map.of("SERVER_HOST", host)).serverHost()).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 100", "30, 30000", "2.25, 2250", " 7.0 , 7000", "604800, 604800000"})
    void seconds_may_have_a_fraction(String written, long millis) {
        assertThat(settings(load(directory, Map.of("DB_DUCKLAKE_OPERATION_TIMEOUT", written)))
                        .operationTimeout())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "512MB, 512000000",
        "512 mib, 536870912",
        "1.5GiB, 1610612736",
        "2tb, 2000000000000",
        "67108864B, 67108864"
    })
    void sizes_are_written_as_duckdb_writes_them(String written, long bytes) {
        assertThat(settings(load(directory, Map.of("DUCKDB_MEMORY_LIMIT", written)))
                        .engine()
                        .memoryLimitBytes())
                .hasValue(bytes);
    }

    @Test
    void all_problems_come_at_once_whatever_their_kind() {
        file(directory.resolve("ducklake.properties"), "server.prot=1\nlog.level=loud\n");
        ConfigurationException failure = failure(environment(
                directory,
                Map.of(
                        "ENVIRONMENT", "production",
                        "DEBUG", "maybe",
                        "SERVER_PORT", "http",
                        "DB_POSTGRES_HOST", "db.example.com",
                        "DB_POSTGRES_SSLMODE", "prefer",
                        "DB_POSTGRES_PASSWORD_FILE", "missing",
                        "DB_DUCKLAKE_ENCRYPTED", "false",
                        "DB_DUCKLAKE_ENCRYPTION_STRICT", "true",
                        "DB_DUCKLAKE_ALIASS", "x",
                        "DUCKDB_THREADS", "-4")));
        assertThat(failure.problems())
                .satisfiesExactlyInAnyOrder(
                        starts("unknown name server.prot in the file "),
                        starts("LOG_LEVEL: must be "),
                        starts("DEBUG: must be "),
                        starts("SERVER_PORT: must be "),
                        starts("DB_POSTGRES_USER: missing"),
                        starts("DB_POSTGRES_SSLMODE: 'prefer' is refused"),
                        starts("DB_POSTGRES_PASSWORD_FILE: the file " + directory.resolve("missing")),
                        starts("DB_DUCKLAKE_ENCRYPTION_STRICT=true contradicts"),
                        starts("unknown name DB_DUCKLAKE_ALIASS in the environment: did you mean DB_DUCKLAKE_ALIAS?"),
                        starts("DUCKDB_THREADS: must be "),
                        starts("STORAGE_MINIO_ENDPOINT: missing"));
        assertThat(failure.getMessage()).startsWith("11 problems:\n").contains(failure.problems());
    }

    @Test
    void one_bad_key_gives_one_problem_and_no_consequences() {
        assertThat(problems(directory, REMOTE, "DB_POSTGRES_HOST", "db:5432")).hasSize(1);
        assertThat(problems(directory, REMOTE, "STORAGE_MINIO_ENDPOINT", "not an endpoint"))
                .hasSize(1);
    }

    @Test
    void a_bad_value_in_a_file_names_the_file() {
        Path file = file(directory.resolve("ducklake.properties"), "server.port=web\n");
        assertThat(problems(directory, Map.of()))
                .containsExactly(
                        "SERVER_PORT: must be a whole number from 1 to 65535, was 'web' (server.port in the file "
                                + file + ")");
    }

    @Test
    void a_bad_value_in_a_mounted_file_names_the_file() {
        Path file = file(directory.resolve("port"), "web\n");
        assertThat(problems(directory, Map.of("SERVER_PORT_FILE", "port")))
                .containsExactly(
                        "SERVER_PORT: must be a whole number from 1 to 65535, was 'web' (in the file " + file + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER_PORT", "DB_POSTGRES_PORT"})
    void the_url_that_kubernetes_sets_for_a_service_is_explained(String name) {
        assertThat(problems(directory, REMOTE, name, "tcp://10.43.0.1:5432"))
                .singleElement()
                .asString()
                .startsWith(name + ": must be a whole number")
                .contains("set enableServiceLinks: false in the pod");
    }

    @Test
    void control_characters_and_long_values_are_shown_tamely() {
        List<String> problems = problems(directory, REMOTE, "LOG_LEVEL", "a\u001b[31m\n" + "x".repeat(500));
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem).contains("was 'a\\u001b[31m\\u000axxx").endsWith("...'");
            assertThat(problem.length()).isLessThan(250);
        });
    }

    private static ThrowingConsumer<String> starts(String prefix) {
        return problem -> assertThat(problem).startsWith(prefix);
    }

    @Test
    void a_certificate_without_its_key_and_a_key_without_its_certificate_are_problems() {
        assertThat(problems(directory, REMOTE, "SERVER_TLS_KEY", "canary"))
                .containsExactly("SERVER_TLS_KEY needs SERVER_TLS_CERTIFICATE: TLS takes both, plain HTTP neither");
        assertThat(problems(directory, REMOTE, "SERVER_TLS_CERTIFICATE", "canary"))
                .containsExactly("SERVER_TLS_CERTIFICATE needs SERVER_TLS_KEY: TLS takes both, plain HTTP neither");
    }
}
