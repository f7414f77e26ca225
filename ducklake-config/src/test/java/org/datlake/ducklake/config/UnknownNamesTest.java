package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that mean nothing: found where they are mistakes, left alone where they are somebody else's. */
class UnknownNamesTest {

    private static final ConfigPlace FILE = ConfigPlace.propertiesFile("x.properties");

    private static List<String> judge(ConfigPlace place, String name, String value) {
        return new UnknownNames(place).judge(Map.of(name, value));
    }

    @ParameterizedTest
    @CsvSource({
        "DB_POSTGRES_HOSTNAME, DB_POSTGRES_HOST",
        "DB_POSTGRES_PASWORD, DB_POSTGRES_PASSWORD",
        "DB_POSTGRES_SSL_MODE, DB_POSTGRES_SSLMODE",
        "DB_DUCKLAKE_ENCRYPT, DB_DUCKLAKE_ENCRYPTED",
        "STORAGE_MINIO_ACCES_KEY, STORAGE_MINIO_ACCESS_KEY",
        "FEATURE_ENABLE_QUERY, FEATURE_ENABLE_QUERY_API",
        "AUTH_READER_TOKEN, AUTH_READER_TOKENS",
        "STORAGE_DEFAULT_BUCKETS, STORAGE_DEFAULT_BUCKET",
        "DUCKDB_MEMORY_LIMT, DUCKDB_MEMORY_LIMIT",
        "SERVER_PROT, SERVER_PORT",
        "LOG_LEVLE, LOG_LEVEL",
        "DB_POSTGRES_PASSWORD_FILES, DB_POSTGRES_PASSWORD_FILE",
        "db_postgres_host, DB_POSTGRES_HOST",
        "db.postgres.host, DB_POSTGRES_HOST"
    })
    void a_mistyped_variable_names_the_one_that_was_meant(String written, String meant) {
        assertThat(judge(ConfigPlace.ENVIRONMENT, written, "value"))
                .containsExactly("unknown name " + written + " in the environment: did you mean " + meant + "?");
    }

    @Test
    void a_name_of_ours_that_is_near_no_other_points_to_the_reference() {
        assertThat(judge(ConfigPlace.ENVIRONMENT, "DB_DUCKLAKE_X", "value"))
                .containsExactly("unknown name DB_DUCKLAKE_X in the environment: see REFERENCE.md");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "HOME",
                "DB_HOST",
                "DB_URL",
                "LOGLEVEL",
                "LOG_FILE",
                "SERVER_SOFTWARE",
                "AUTH_URL",
                "STORAGE_CLASS",
                "debug",
                "environment",
                "POSTGRES_PASSWORD",
                "MINIO_ROOT_USER",
                "DUCKDB_HOME"
            })
    void variables_of_other_programs_are_left_alone(String name) {
        assertThat(judge(ConfigPlace.ENVIRONMENT, name, "value")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DB_POSTGRES_SERVICE_HOST, 10.0.0.1",
        "DB_POSTGRES_SERVICE_PORT, 5432",
        "DB_POSTGRES_SERVICE_PORT_SQL, 5432",
        "DB_POSTGRES_PORT_5432_TCP, tcp://10.0.0.1:5432",
        "DB_POSTGRES_PORT_5432_TCP_ADDR, 10.0.0.1",
        "STORAGE_MINIO_PORT_9000_TCP_PROTO, tcp",
        "STORAGE_MINIO_PORT, tcp://10.0.0.1:9000"
    })
    void what_kubernetes_sets_for_a_service_is_left_alone(String name, String value) {
        assertThat(judge(ConfigPlace.ENVIRONMENT, name, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "db.postgres.hots, db.postgres.host",
        "server.prot, server.port",
        "SERVER_PORT, server.port",
        "Server.Port, server.port",
        "db.postgres.password_file, db.postgres.password.file",
        "storage.minio.url, storage.minio.secure"
    })
    void a_mistyped_key_of_a_file_names_the_one_that_was_meant(String written, String meant) {
        assertThat(judge(FILE, written, "value"))
                .containsExactly("unknown name " + written + " in the file x.properties: did you mean " + meant + "?");
    }

    @Test
    void each_unknown_name_of_a_place_of_our_own_is_a_mistake() {
        assertThat(judge(FILE, "quarkus.http.port", "1"))
                .containsExactly("unknown name quarkus.http.port in the file x.properties: see REFERENCE.md");
        assertThat(judge(ConfigPlace.EXPLICIT, "java.version", "17"))
                .containsExactly("unknown name java.version in the explicit settings: see REFERENCE.md");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.version", "user.dir", "file.encoding", "server.name", "debug.level", "os.name"})
    void system_properties_of_other_programs_are_left_alone(String name) {
        assertThat(judge(ConfigPlace.SYSTEM_PROPERTIES, name, "value")).isEmpty();
    }

    @Test
    void a_mistyped_system_property_is_found() {
        assertThat(judge(ConfigPlace.SYSTEM_PROPERTIES, "db.ducklake.aliass", "sea"))
                .containsExactly(
                        "unknown name db.ducklake.aliass in the system properties: did you mean db.ducklake.alias?");
    }

    @Test
    void the_second_line_of_a_broken_secret_is_not_shown() {
        assertThat(judge(FILE, "Hx7-canary-9Qz", ""))
                .singleElement()
                .asString()
                .contains("unknown name in the file x.properties, not shown because it may be a part of a secret")
                .doesNotContain("canary");
    }

    @Test
    void an_empty_key_that_looks_like_ours_is_shown() {
        assertThat(judge(FILE, "db.ducklake.x", "")).singleElement().asString().contains("db.ducklake.x");
        assertThat(judge(FILE, "debgu", "")).singleElement().asString().contains("did you mean debug?");
    }

    @Test
    void every_known_name_is_known_in_every_place() {
        for (ConfigKey key : ConfigKey.values()) {
            for (ConfigPlace place :
                    List.of(ConfigPlace.EXPLICIT, ConfigPlace.SYSTEM_PROPERTIES, ConfigPlace.ENVIRONMENT, FILE)) {
                assertThat(judge(place, place.spelled(key.name()), "")).isEmpty();
                assertThat(judge(place, place.spelled(key.fileName()), "")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, acb, 1",
        "abc, ab, 1",
        "abc, xabc, 1",
        "kitten, sitting, 3",
        "abc, xyz, 3"
    })
    void the_distance_of_two_words_is_the_number_of_mistakes(String a, String b, int distance) {
        assertThat(EditDistance.between(a, b, 5)).isEqualTo(distance);
        assertThat(EditDistance.between(b, a, 5)).isEqualTo(distance);
    }

    @Test
    void a_distance_beyond_the_limit_is_one_more_than_the_limit() {
        assertThat(EditDistance.between("kitten", "sitting", 1)).isEqualTo(2);
        assertThat(EditDistance.between("a", "abcdef", 2)).isEqualTo(3);
    }
}
