package org.datlake.ducklake.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class LakeConfigurationTest {

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    private DuckLakeSettings settings() {
        return new LakeConfiguration()
                .lakeConfig(environment)
                .toSettingsBuilder()
                .build();
    }

    private void add(String place, Map<String, Object> values) {
        environment.getPropertySources().addFirst(new MapPropertySource(place, values));
    }

    @Test
    void the_stronger_place_wins_name_by_name() {
        add("file", Map.of("DB_DUCKLAKE_ALIAS", "weak", "DB_DUCKLAKE_ENCRYPTED", false));
        add("command line", Map.of("DB_DUCKLAKE_ALIAS", "strong"));

        assertThat(settings().alias()).isEqualTo("strong");
        assertThat(settings().encrypted()).isFalse();
    }

    @Test
    void passwords_are_taken_as_they_are() {
        add(
                "file",
                Map.of("DB_POSTGRES_HOST", "localhost", "DB_POSTGRES_USER", "lake", "DB_POSTGRES_PASSWORD", "a${b}#c"));

        assertThat(settings().catalog())
                .isInstanceOfSatisfying(
                        CatalogSettings.Postgres.class,
                        postgres -> assertThat(postgres.password().reveal()).isEqualTo("a${b}#c"));
    }

    @Test
    void names_that_are_springs_are_left_to_spring() {
        add("environment", Map.of("SERVER_TOMCAT_THREADS_MAX", "10", "SERVER_PORT", "not a port"));

        assertThat(settings().alias()).isEqualTo("lake");
    }
}
