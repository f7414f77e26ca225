package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.effective;
import static org.datlake.ducklake.config.Configurations.file;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.postgres;
import static org.datlake.ducklake.config.Configurations.problems;
import static org.datlake.ducklake.config.Configurations.s3;

import java.nio.file.Path;
import org.datlake.ducklake.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the links to PostgreSQL and to the object store are protected. */
class TransportRulesTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "development, localhost, DISABLE",
        "development, LocalHost, DISABLE",
        "development, 127.0.0.1, DISABLE",
        "development, 127.1.2.3, DISABLE",
        "development, ::1, DISABLE",
        "development, db.example.com, REQUIRE",
        "development, 10.0.0.7, REQUIRE",
        "development, 127.example.com, REQUIRE",
        "development, localhost.example.com, REQUIRE",
        "production, localhost, VERIFY_FULL",
        "production, 127.0.0.1, VERIFY_FULL",
        "production, db.example.com, VERIFY_FULL"
    })
    void the_ssl_mode_follows_from_environment_and_host(String environment, String host, SslMode expected) {
        DuckLakeConfig config = load(directory, REMOTE, "ENVIRONMENT", environment, "DB_POSTGRES_HOST", host);
        assertThat(postgres(config).sslMode()).isEqualTo(expected);
        assertThat(effective(config, "DB_POSTGRES_SSLMODE").value()).isEqualTo(expected.libpqName());
    }

    @ParameterizedTest
    @CsvSource({
        "disable, DISABLE",
        "require, REQUIRE",
        "verify-ca, VERIFY_CA",
        "verify-full, VERIFY_FULL",
        "VERIFY-FULL, VERIFY_FULL"
    })
    void a_given_ssl_mode_wins_everywhere(String written, SslMode expected) {
        for (String environment : new String[] {"development", "production"}) {
            DuckLakeConfig config = load(directory, REMOTE, "ENVIRONMENT", environment, "DB_POSTGRES_SSLMODE", written);
            assertThat(postgres(config).sslMode()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "prefer", "Prefer"})
    void a_mode_that_falls_back_to_plain_text_is_refused(String mode) {
        assertThat(problems(directory, REMOTE, "DB_POSTGRES_SSLMODE", mode))
                .singleElement()
                .asString()
                .startsWith("DB_POSTGRES_SSLMODE: ")
                .contains("is refused", "falls back to plain text", "use disable, require, verify-ca or verify-full");
    }

    @ParameterizedTest
    @CsvSource({"disable, plain text to PostgreSQL", "require, certificate of PostgreSQL is not checked"})
    void a_weak_mode_in_production_is_allowed_with_a_warning(String mode, String warning) {
        DuckLakeConfig config = load(
                directory, REMOTE, "ENVIRONMENT", "production", "DB_POSTGRES_SSLMODE", mode, "AUTH_READER_TOKENS", "t");
        assertThat(config.warnings()).singleElement().asString().contains(warning, "DB_POSTGRES_SSLMODE=" + mode);
    }

    @Test
    void a_root_certificate_is_relative_to_the_working_directory() {
        Path certificate = file(directory.resolve("ca.pem"), "x");
        assertThat(postgres(load(directory, REMOTE, "DB_POSTGRES_SSLROOTCERT", "ca.pem"))
                        .sslRootCert())
                .isEqualTo(certificate);
    }

    @Test
    void a_missing_root_certificate_is_a_problem() {
        assertThat(problems(directory, REMOTE, "DB_POSTGRES_SSLROOTCERT", "none.pem"))
                .containsExactly("DB_POSTGRES_SSLROOTCERT: there is no readable file " + directory.resolve("none.pem")
                        + ": name a PEM file, or leave it out");
    }

    @Test
    void a_root_certificate_without_tls_gives_a_warning() {
        file(directory.resolve("ca.pem"), "x");
        assertThat(load(directory, REMOTE, "DB_POSTGRES_SSLROOTCERT", "ca.pem", "DB_POSTGRES_SSLMODE", "disable")
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("DB_POSTGRES_SSLROOTCERT has no effect");
    }

    @ParameterizedTest
    @CsvSource({
        "development, store.example.com:9000, false",
        "development, localhost:9000, false",
        "development, http://store.example.com:9000, false",
        "development, https://store.example.com, true",
        "production, store.example.com:9000, true",
        "production, localhost:9000, true",
        "production, https://store.example.com, true"
    })
    void tls_to_the_store_follows_from_environment_and_scheme(String environment, String endpoint, boolean expected) {
        DuckLakeConfig config = load(directory, REMOTE, "ENVIRONMENT", environment, "STORAGE_MINIO_ENDPOINT", endpoint);
        assertThat(s3(config).secure()).isEqualTo(expected);
        assertThat(effective(config, "STORAGE_MINIO_SECURE").value()).isEqualTo(String.valueOf(expected));
    }

    @Test
    void http_in_production_is_refused() {
        assertThat(problems(
                        directory, REMOTE, "ENVIRONMENT", "production", "STORAGE_MINIO_ENDPOINT", "http://store:9000"))
                .containsExactly(
                        "STORAGE_MINIO_ENDPOINT: starts with http://, but ENVIRONMENT=production needs TLS: use"
                                + " https://, or accept plain text with STORAGE_MINIO_SECURE=false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"store:9000", "http://store:9000"})
    void plain_text_to_the_store_in_production_needs_an_explicit_word_and_gives_a_warning(String endpoint) {
        DuckLakeConfig config = load(
                directory,
                REMOTE,
                "ENVIRONMENT",
                "production",
                "STORAGE_MINIO_ENDPOINT",
                endpoint,
                "STORAGE_MINIO_SECURE",
                "false",
                "AUTH_READER_TOKENS",
                "t");
        assertThat(s3(config).secure()).isFalse();
        assertThat(config.warnings()).containsExactly("plain text to the object store: STORAGE_MINIO_SECURE=false");
    }

    @ParameterizedTest
    @CsvSource({"true, http://store:9000, http://", "false, https://store:9000, https://"})
    void a_scheme_that_contradicts_the_setting_is_a_problem(String secure, String endpoint, String scheme) {
        assertThat(problems(directory, REMOTE, "STORAGE_MINIO_ENDPOINT", endpoint, "STORAGE_MINIO_SECURE", secure))
                .containsExactly("STORAGE_MINIO_SECURE=" + secure
                        + " contradicts STORAGE_MINIO_ENDPOINT, which starts with " + scheme + ": leave one out");
    }
}
