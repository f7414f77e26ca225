package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogSettingsTest {

    private static CatalogSettings.Postgres at(String host) {
        return CatalogSettings.postgres(host, 5432, "lake", "me", Secret.of("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"})
    void the_connection_to_this_machine_is_plain_by_default(String host) {
        assertThat(at(host).sslMode()).isEqualTo(SslMode.DISABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"db.example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "127.example.org"
            })
    void the_connection_to_any_other_host_is_verified_by_default(String host) {
        assertThat(at(host).sslMode()).isEqualTo(SslMode.VERIFY_FULL);
    }

    @Test
    void the_protection_can_be_changed_in_a_copy() {
        Path certificates = Path.of("ca.pem");

        CatalogSettings.Postgres changed = at("db").withSslMode(SslMode.REQUIRE).withSslRootCert(certificates);

        assertThat(changed.sslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(changed.sslRootCert()).isEqualTo(certificates);
        assertThat(changed.host()).isEqualTo("db");
        assertThat(at("db").sslRootCert()).isNull();
    }

    @Test
    void all_problems_are_told_at_once() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class, () -> CatalogSettings.postgres(" ", 0, "", "", Secret.of("canary")));

        assertThat(thrown.problems()).hasSize(4);
        assertThat(thrown).hasMessageContaining("was 0").hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void a_port_is_a_number_from_1_to_65535(int port) {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> CatalogSettings.postgres("db", port, "lake", "me", Secret.of("canary")));

        assertThat(thrown.problems()).containsExactly("the catalog's port must be 1 to 65535, was " + port);
    }

    @Test
    void the_text_of_a_postgres_catalog_hides_its_password() {
        assertThat(at("db").toString()).contains("db", "5432", "***").doesNotContain("canary");
    }

    @Test
    void the_path_of_a_file_catalog_becomes_absolute() {
        assertThat(CatalogSettings.duckDbFile(Path.of("a/../catalog.ducklake")).file())
                .isEqualTo(Path.of("catalog.ducklake").toAbsolutePath());
    }

    @ParameterizedTest
    @EnumSource(SslMode.class)
    void protections_have_the_names_that_libpq_gives_them(SslMode mode) {
        assertThat(mode.libpqName()).isIn("disable", "require", "verify-ca", "verify-full");
    }
}
