package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.effective;
import static org.datlake.ducklake.config.Configurations.environment;
import static org.datlake.ducklake.config.Configurations.failure;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.problems;
import static org.datlake.ducklake.config.Configurations.properties;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.datlake.ducklake.config.EffectiveValue.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where values come from, and which place wins. */
class PlacesTest {

    @TempDir
    Path directory;

    @Test
    void the_stronger_place_wins() {
        properties(directory.resolve("ducklake.properties"), Map.of("server.port", "1001"));
        DuckLakeConfigLoader loader = environment(directory, Map.of());
        assertThat(loader.load().serverPort()).isEqualTo(1001);
        loader.environment(Map.of("SERVER_PORT", "1002"));
        assertThat(loader.load().serverPort()).isEqualTo(1002);
        loader.systemProperties(Map.of("server.port", "1003"));
        assertThat(loader.load().serverPort()).isEqualTo(1003);
        loader.explicit(Map.of("server.port", "1004"));
        assertThat(loader.load().serverPort()).isEqualTo(1004);
    }

    @Test
    void a_file_named_by_a_stronger_place_wins_over_a_value_of_a_weaker_one() {
        properties(directory.resolve("ducklake.properties"), Map.of("server.port", "1001"));
        file(directory.resolve("port"), "1002");
        DuckLakeConfig config = load(directory, Map.of("SERVER_PORT_FILE", "port"));
        assertThat(config.serverPort()).isEqualTo(1002);
        assertThat(effective(config, "SERVER_PORT").source()).isEqualTo(Source.SECRET_FILE);
    }

    @Test
    void a_value_of_a_stronger_place_wins_over_a_file_named_by_a_weaker_one() {
        file(directory.resolve("port"), "1001");
        DuckLakeConfig config = environment(directory, Map.of("SERVER_PORT_FILE", "port"))
                .systemProperties(Map.of("server.port", "1002"))
                .load();
        assertThat(config.serverPort()).isEqualTo(1002);
    }

    @Test
    void an_empty_value_of_a_stronger_place_hides_nothing() {
        properties(directory.resolve("ducklake.properties"), Map.of("server.port", "1001"));
        assertThat(load(directory, Map.of("SERVER_PORT", "")).serverPort()).isEqualTo(1001);
    }

    @Test
    void places_are_mixed_name_by_name() {
        properties(directory.resolve("ducklake.properties"), Map.of("server.host", "0.0.0.0", "debug", "true"));
        DuckLakeConfig config = environment(directory, Map.of("SERVER_PORT", "9000"))
                .systemProperties(Map.of("debug", "false"))
                .load();
        assertThat(config.serverHost()).isEqualTo("0.0.0.0");
        assertThat(config.serverPort()).isEqualTo(9000);
        assertThat(config.debug()).isFalse();
    }

    @Test
    void the_environment_may_name_another_properties_file() {
        properties(directory.resolve("ducklake.properties"), Map.of("server.port", "1001"));
        properties(directory.resolve("other.properties"), Map.of("server.port", "1002"));
        assertThat(load(directory, Map.of("DATLAKE_CONFIG_FILE", "other.properties"))
                        .serverPort())
                .isEqualTo(1002);
        assertThat(environment(directory, Map.of())
                        .systemProperties(Map.of("datlake.config.file", "other.properties"))
                        .load()
                        .serverPort())
                .isEqualTo(1002);
    }

    @Test
    void a_properties_file_that_was_named_must_exist() {
        assertThat(problems(directory, Map.of("DATLAKE_CONFIG_FILE", "none.properties")))
                .containsExactly("DATLAKE_CONFIG_FILE: the properties file " + directory.resolve("none.properties")
                        + " cannot be read: it does not exist");
    }

    @Test
    void a_properties_file_is_utf_8() {
        properties(directory.resolve("ducklake.properties"), Map.of());
        file(directory.resolve("ducklake.properties"), "storage.prefix=höhle\n");
        assertThat(effective(load(directory, Map.of()), "STORAGE_PREFIX").value())
                .isEqualTo("höhle");
    }

    @Test
    void a_properties_file_that_cannot_be_read_is_a_problem_that_echoes_nothing() throws IOException {
        Path file = directory.resolve("ducklake.properties");
        Files.write(file, "db.postgres.password=canary-ü\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(directory, Map.of()))
                .containsExactly("the properties file " + file + " cannot be read: it is not UTF-8 text");
        file(file, "db.postgres.password=C:\\users\\canary\n");
        assertThat(problems(directory, Map.of()))
                .containsExactly("the properties file " + file
                        + " cannot be read: it holds a backslash with a u and no four hexadecimal digits after it");
    }

    @Test
    void a_directory_is_no_properties_file() throws IOException {
        Path file = Files.createDirectory(directory.resolve("ducklake.properties"));
        assertThat(problems(directory, Map.of()))
                .containsExactly("the properties file " + file + " cannot be read: it is a directory");
    }

    @Test
    void nothing_is_expanded() {
        assertThat(effective(load(directory, Map.of("STORAGE_PREFIX", "$HOME/x")), "STORAGE_PREFIX")
                        .value())
                .isEqualTo("$HOME/x");
        assertThat(Configurations.postgres(load(
                                directory,
                                Configurations.REMOTE,
                                "DB_POSTGRES_DB",
                                "${user.name}",
                                "DB_POSTGRES_USER",
                                "a,b\\,c"))
                        .database())
                .isEqualTo("${user.name}");
    }

    @Test
    void the_process_itself_is_a_place() {
        System.setProperty("storage.prefix", "from-this-process");
        try {
            DuckLakeConfig config = DuckLakeConfigLoader.ofProcess()
                    .workingDirectory(directory)
                    .environment(Map.of())
                    .load();
            assertThat(effective(config, "STORAGE_PREFIX"))
                    .isEqualTo(new EffectiveValue(
                            "STORAGE_PREFIX", "storage.prefix", "from-this-process", Source.SYSTEM_PROPERTY));
        } finally {
            System.clearProperty("storage.prefix");
        }
    }

    @Test
    void a_value_and_a_file_in_one_place_are_a_problem() {
        file(directory.resolve("port"), "1001");
        assertThat(problems(directory, Map.of("SERVER_PORT", "1002", "SERVER_PORT_FILE", "port")))
                .containsExactly("SERVER_PORT and SERVER_PORT_FILE are both given in the environment: leave one out");
        properties(directory.resolve("ducklake.properties"), Map.of("server.port", "1002", "server.port.file", "port"));
        assertThat(failure(environment(directory, Map.of())).problems())
                .singleElement()
                .asString()
                .startsWith("SERVER_PORT and SERVER_PORT_FILE are both given in the file ");
    }
}
