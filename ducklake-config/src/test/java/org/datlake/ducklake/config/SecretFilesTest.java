package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.postgres;
import static org.datlake.ducklake.config.Configurations.problems;
import static org.datlake.ducklake.config.Configurations.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mounted secrets: files that hold one value, missing ones, and ones that change. */
class SecretFilesTest {

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>(REMOTE);
    private Path file;

    @BeforeEach
    void the_password_comes_from_a_file() {
        file = directory.resolve("password");
        environment.remove("DB_POSTGRES_PASSWORD");
        environment.put("DB_POSTGRES_PASSWORD_FILE", file.toString());
    }

    private String password() {
        return postgres(load(directory, environment)).password().reveal();
    }

    private void assertProblem(String what) {
        assertThat(problems(directory, environment))
                .containsExactly("DB_POSTGRES_PASSWORD_FILE: the file " + file + " " + what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n"})
    void one_newline_at_the_end_is_dropped(String text) {
        file(file, text);
        assertThat(password()).isEqualTo("secret");
    }

    @Test
    void nothing_else_is_dropped() {
        file(file, " se cret\t\n\n");
        assertThat(password()).isEqualTo(" se cret\t\n");
    }

    @Test
    void a_missing_file_is_a_problem() {
        assertProblem("does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void an_empty_file_is_a_problem(String text) {
        file(file, text);
        assertProblem("is empty");
    }

    @Test
    void a_directory_is_a_problem() throws IOException {
        Files.createDirectory(file);
        assertProblem("is a directory: name the file in it");
    }

    @Test
    void a_file_that_is_not_text_is_a_problem() throws IOException {
        Files.write(file, new byte[] {'c', (byte) 0xFF, (byte) 0xFE});
        assertProblem("is not UTF-8 text");
    }

    @Test
    void a_file_too_large_for_one_value_is_a_problem() {
        file(file, "x".repeat(64 * 1024 + 1));
        assertProblem("is larger than 64 KiB: this cannot be a single value");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_device_is_a_problem() {
        file = Path.of("/dev/zero");
        environment.put("DB_POSTGRES_PASSWORD_FILE", file.toString());
        assertProblem("is no regular file");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_that_cannot_be_read_is_a_problem() throws IOException {
        file(file, "secret");
        Files.setPosixFilePermissions(file, Set.of());
        if (Files.isReadable(file)) {
            // Root reads every file but this one, whose first page is never mapped.
            file = Path.of("/proc/self/mem");
            environment.put("DB_POSTGRES_PASSWORD_FILE", file.toString());
        }
        assertThat(problems(directory, environment))
                .singleElement()
                .asString()
                .startsWith("DB_POSTGRES_PASSWORD_FILE: the file " + file + " cannot be read: ");
    }

    @Test
    void a_missing_file_hides_no_other_problem_and_causes_none() {
        environment.put("SERVER_PORT", "web");
        assertThat(problems(directory, environment)).hasSize(2);
    }

    @Test
    void a_password_from_a_file_follows_it() {
        file(file, "first");
        Secret password = postgres(load(directory, environment)).password();
        assertThat(password.reveal()).isEqualTo("first");
        file(file, "second\n");
        assertThat(password.reveal()).isEqualTo("second");
    }

    @Test
    void a_storage_key_from_a_file_follows_it() {
        Path key = file(directory.resolve("key"), "first");
        environment.remove("STORAGE_MINIO_SECRET_KEY");
        environment.put("STORAGE_MINIO_SECRET_KEY_FILE", "key");
        environment.put("STORAGE_MAINTENANCE_ACCESS_KEY", "keeper");
        environment.put("STORAGE_MAINTENANCE_SECRET_KEY_FILE", "key");
        file(file, "x");
        DuckLakeConfig config = load(directory, environment);
        file(key, "second");
        assertThat(s3(config).secretKey().reveal()).isEqualTo("second");
        assertThat(config.maintenanceStorage())
                .isInstanceOfSatisfying(
                        StorageSettings.S3.class,
                        s3 -> assertThat(s3.secretKey().reveal()).isEqualTo("second"));
    }

    @Test
    void a_password_whose_file_vanished_says_which() throws IOException {
        file(file, "first");
        Secret password = postgres(load(directory, environment)).password();
        Files.delete(file);
        assertThatThrownBy(password::reveal)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("DB_POSTGRES_PASSWORD_FILE: the file " + file + " does not exist");
    }

    @Test
    void a_value_of_a_stronger_place_does_not_follow_a_file_of_a_weaker_one() {
        file(file, "from the file");
        DuckLakeConfig config = Configurations.environment(directory, environment)
                .systemProperties(Map.of("db.postgres.password", "fixed"))
                .load();
        assertThat(postgres(config).password().reveal()).isEqualTo("fixed");
    }

    /** What breaks connection strings, SQL literals, shells, properties files or expression languages. */
    static List<String> awkwardPasswords() {
        return List.of(
                "with space",
                " blanks at both ends ",
                "it's",
                "double\"quote",
                "back\\slash\\",
                "tab\there",
                "line\nbreak",
                "carriage\rreturn",
                "pässwörd-密码-🔑",
                "x host=elsewhere",
                "a=b&c=d;e,f",
                "'; DROP TABLE lake; --",
                "${env.HOME}$1$$",
                "%41%s%n",
                "user@host:5432/db?sslmode=disable",
                "#comment!not",
                "{\"json\": [null]}",
                "   ");
    }

    @ParameterizedTest
    @MethodSource("awkwardPasswords")
    void an_awkward_password_arrives_unharmed_from_every_place(String password) {
        file(file, password + "\n");
        assertThat(password()).isEqualTo(password);

        environment.remove("DB_POSTGRES_PASSWORD_FILE");
        environment.put("DB_POSTGRES_PASSWORD", password);
        environment.put("STORAGE_MINIO_SECRET_KEY", password);
        DuckLakeConfig config = load(directory, environment);
        assertThat(postgres(config).password().reveal()).isEqualTo(password);
        assertThat(s3(config).secretKey().reveal()).isEqualTo(password);

        environment.remove("DB_POSTGRES_PASSWORD");
        Map<String, String> entry = Map.of("db.postgres.password", password);
        DuckLakeConfigLoader loader = Configurations.environment(directory, environment);
        assertThat(postgres(loader.systemProperties(entry).load()).password().reveal())
                .isEqualTo(password);
        Configurations.properties(directory.resolve("ducklake.properties"), entry);
        assertThat(postgres(loader.systemProperties(Map.of()).load()).password().reveal())
                .isEqualTo(password);
    }

    @Test
    void there_are_eighteen_awkward_passwords() {
        assertThat(awkwardPasswords()).hasSize(18).doesNotHaveDuplicates();
    }
}
