package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.environment;
import static org.datlake.ducklake.config.Configurations.failure;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.settings;
import static org.datlake.ducklake.config.Configurations.with;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.datlake.ducklake.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No secret is ever shown. Each secret of these tests holds the word that must not be found. */
class SecrecyTest {

    private static final String CANARY = "canary";

    private static final Map<String, String> GOOD = with(
            REMOTE,
            "SERVER_TLS_CERTIFICATE",
            "canary-9",
            "SERVER_TLS_KEY",
            "canary-10",
            "DB_POSTGRES_PASSWORD",
            "canary-1",
            "STORAGE_MINIO_SECRET_KEY",
            "canary-2",
            "STORAGE_MAINTENANCE_ACCESS_KEY",
            "keeper",
            "STORAGE_MAINTENANCE_SECRET_KEY",
            "canary-3",
            "AUTH_READER_TOKENS",
            "canary-4,canary-5",
            "AUTH_WRITER_TOKENS",
            "canary-6",
            "AUTH_OPERATOR_TOKENS",
            "canary-7",
            "DUCKDB_EXTENSION_REPOSITORY",
            "https://user:canary-8@mirror.example.com/duckdb");

    @TempDir
    Path directory;

    private static void assertSilent(ConfigurationException failure) {
        StringWriter trace = new StringWriter();
        // Prints causes and suppressed exceptions, too.
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains(ConfigurationException.class.getName())
                .doesNotContain(CANARY);
        assertThat(failure.toString()).doesNotContain(CANARY);
        assertThat(failure.problems()).isNotEmpty().noneMatch(problem -> problem.contains(CANARY));
    }

    @Test
    void the_names_that_hold_secrets_are_known() {
        assertThat(Arrays.stream(ConfigKey.values())
                        .filter(key -> key.kind().secret())
                        .map(Enum::name))
                .containsExactly(
                        "SERVER_TLS_CERTIFICATE",
                        "SERVER_TLS_KEY",
                        "DB_POSTGRES_PASSWORD",
                        "STORAGE_MINIO_ACCESS_KEY",
                        "STORAGE_MINIO_SECRET_KEY",
                        "STORAGE_MAINTENANCE_ACCESS_KEY",
                        "STORAGE_MAINTENANCE_SECRET_KEY",
                        "AUTH_READER_TOKENS",
                        "AUTH_WRITER_TOKENS",
                        "AUTH_OPERATOR_TOKENS");
    }

    @Test
    void a_loaded_configuration_shows_none() {
        DuckLakeConfig config = load(directory, GOOD);
        assertThat(List.of(
                                config.toString(),
                                config.serverTls().toString(),
                                config.effectiveValues().toString(),
                                config.warnings().toString(),
                                config.readerTokens().toString(),
                                config.readerTokens().current().toString(),
                                config.maintenanceStorage().toString(),
                                settings(config).toString(),
                                settings(config).catalog().toString(),
                                settings(config).storage().toString())
                        .toString())
                .contains("db.example.com", "AUTH_READER_TOKENS", "***@mirror.example.com")
                .doesNotContain(CANARY);
    }

    @Test
    void a_listing_says_only_whether_a_secret_is_set() {
        assertThat(load(directory, GOOD).effectiveValues().stream()
                        .filter(value -> ConfigKey.valueOf(value.name()).kind().secret()))
                .hasSize(10)
                .allMatch(value -> value.value().equals("set"));
    }

    @Test
    void loading_logs_none() {
        List<String> lines = new ArrayList<>();
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        recorder.setLevel(Level.ALL);
        root.addHandler(recorder);
        root.setLevel(Level.ALL);
        try {
            Logger.getLogger("io.smallrye.config").finest("recording");
            load(directory, GOOD);
            failure(environment(directory, GOOD, "SERVER_PORT", "web"));
        } finally {
            root.removeHandler(recorder);
            root.setLevel(before);
        }
        assertThat(lines).anyMatch(line -> line.startsWith("recording")).noneMatch(line -> line.contains(CANARY));
    }

    @Test
    void problems_of_other_names_show_none() {
        assertSilent(failure(environment(
                directory,
                GOOD,
                "SERVER_PORT",
                "web",
                "DB_POSTGRES_SSLMODE",
                "prefer",
                "DB_POSTGRES_SSLROOTCERT",
                "none",
                "DB_DUCKLAKE_ALIASS",
                "x")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AUTH_READER_TOKENS          | canary with blanks
            AUTH_WRITER_TOKENS          | canär-canary
            AUTH_OPERATOR_TOKENS        | good,canary"
            DB_POSTGRES_HOST            | postgresql://user:canary@db/lake
            DB_POSTGRES_HOST            | user:canary@db
            DB_POSTGRES_PORT            | x://user:canary@db
            STORAGE_MINIO_ENDPOINT      | http://user:canary@store:9000
            STORAGE_MINIO_ENDPOINT      | http://user:can@ary@canary@store:9000
            DUCKDB_EXTENSION_REPOSITORY | user:canary@mirror
            DB_POSTGRES_PASWORD         | canary
            AUTH_READER_TOKEN           | canary
            DB_POSTGRES_PASSWORT_FILE   | canary
            """)
    void a_problem_with_a_value_that_may_hold_a_secret_does_not_show_it(String name, String value) {
        ConfigurationException failure = failure(environment(directory, REMOTE, name, value));
        assertSilent(failure);
        assertThat(failure.problems()).singleElement().asString().contains(name);
    }

    @ParameterizedTest
    @EnumSource(names = {"DB_POSTGRES_PASSWORD", "STORAGE_MINIO_SECRET_KEY", "AUTH_READER_TOKENS"})
    void a_nul_character_in_a_secret_is_a_problem_that_does_not_show_it(ConfigKey key) {
        ConfigurationException failure = failure(environment(directory, REMOTE, key.name(), "canary\0x"));
        assertSilent(failure);
        assertThat(failure.problems()).singleElement().asString().startsWith(key.name() + ": ");
    }

    @Test
    void a_file_that_holds_a_bad_secret_is_named_but_not_shown() throws IOException {
        Path tokens = file(directory.resolve("tokens"), "canary canary");
        Path password = Files.write(directory.resolve("password"), "canary-ü".getBytes(StandardCharsets.ISO_8859_1));
        Path both = file(directory.resolve("both"), "canary");
        ConfigurationException failure = failure(environment(
                directory,
                Map.of(
                        "AUTH_READER_TOKENS_FILE", "tokens",
                        "DB_POSTGRES_HOST", "db",
                        "DB_POSTGRES_USER", "user",
                        "DB_POSTGRES_PASSWORD_FILE", "password",
                        "AUTH_WRITER_TOKENS", "canary",
                        "AUTH_WRITER_TOKENS_FILE", both.toString())));
        assertSilent(failure);
        assertThat(failure.problems())
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem)
                                .startsWith("AUTH_READER_TOKENS: ")
                                .contains(tokens.toString()),
                        problem -> assertThat(problem)
                                .startsWith("DB_POSTGRES_PASSWORD_FILE: ")
                                .contains(password.toString()),
                        problem -> assertThat(problem).startsWith("AUTH_WRITER_TOKENS and AUTH_WRITER_TOKENS_FILE"));
    }

    @Test
    void a_properties_file_with_a_broken_secret_is_named_but_not_shown() {
        file(
                directory.resolve("ducklake.properties"),
                "auth.reader.tokens=canary-1,\ncanary-2\ndb.postgres.password=canary\nstorage.prefix=a?b\n");
        ConfigurationException failure = failure(environment(directory, Map.of()));
        assertSilent(failure);
        assertThat(failure.problems()).hasSize(3);
    }

    @Test
    void the_user_part_of_a_url_is_masked_up_to_its_last_at_sign() {
        assertThat(Shown.of("https://user:can@ary@host/path")).isEqualTo("https://***@host/path");
        assertThat(Shown.of("https://user:can/ary@host/path")).isEqualTo("https://***@host/path");
        assertThat(Shown.of("https://host/path")).isEqualTo("https://host/path");
    }
}
