package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.config.Configurations.REMOTE;
import static org.datlake.ducklake.config.Configurations.effective;
import static org.datlake.ducklake.config.Configurations.load;
import static org.datlake.ducklake.config.Configurations.problems;
import static org.datlake.ducklake.config.Configurations.s3;
import static org.datlake.ducklake.config.Configurations.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.config.EffectiveValue.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What names mean for each other. */
class LakeRulesTest {

    @TempDir
    Path directory;

    @Test
    void strict_encryption_forces_inlining_to_0() {
        DuckLakeConfig config = load(directory, REMOTE, "DB_DUCKLAKE_ENCRYPTION_STRICT", "true");
        assertThat(settings(config).dataInliningRowLimit()).isZero();
        EffectiveValue listed = effective(config, "DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT");
        assertThat(listed.value()).isEqualTo("0");
        assertThat(listed.source()).isEqualTo(Source.DERIVED);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void strict_encryption_says_that_a_given_inlining_limit_has_no_effect() {
        DuckLakeConfig config = load(
                directory,
                REMOTE,
                "DB_DUCKLAKE_ENCRYPTION_STRICT",
                "true",
                "DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT",
                "500");
        assertThat(settings(config).dataInliningRowLimit()).isZero();
        assertThat(config.warnings())
                .singleElement()
                .asString()
                .startsWith("DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT has no effect");
    }

    @Test
    void strict_encryption_refuses_a_plain_lake() {
        assertThat(problems(
                        directory, REMOTE, "DB_DUCKLAKE_ENCRYPTION_STRICT", "true", "DB_DUCKLAKE_ENCRYPTED", "false"))
                .containsExactly("DB_DUCKLAKE_ENCRYPTION_STRICT=true contradicts DB_DUCKLAKE_ENCRYPTED=false: strict"
                        + " encryption refuses plain lakes; leave one out");
    }

    @Test
    void production_refuses_local_data_files() {
        assertThat(problems(directory, Map.of("ENVIRONMENT", "production")))
                .containsExactly("STORAGE_MINIO_ENDPOINT: missing, but ENVIRONMENT=production keeps data in s3:// only:"
                        + " set it, or use ENVIRONMENT=development for local files");
    }

    @Test
    void production_warns_of_a_file_catalog_and_of_missing_tokens() {
        Map<String, String> environment = new HashMap<>(REMOTE);
        environment.keySet().removeIf(name -> name.startsWith("DB_POSTGRES_"));
        DuckLakeConfig config = load(directory, environment, "ENVIRONMENT", "production");
        assertThat(config.warnings())
                .satisfiesExactlyInAnyOrder(
                        warning -> assertThat(warning).contains("file catalog", "DB_POSTGRES_HOST is not set"),
                        warning -> assertThat(warning).contains("without AUTH_READER_TOKENS", "are refused"));
    }

    @ParameterizedTest
    @CsvSource({
        "DB_POSTGRES_USER, 'missing, but DB_POSTGRES_HOST is set'",
        "DB_POSTGRES_PASSWORD, 'missing, but DB_POSTGRES_HOST is set: give it, or a file in DB_POSTGRES_PASSWORD_FILE'",
        "STORAGE_MINIO_ACCESS_KEY,"
                + " 'missing, but STORAGE_MINIO_ENDPOINT is set: give it, or a file in STORAGE_MINIO_ACCESS_KEY_FILE'",
        "STORAGE_MINIO_SECRET_KEY,"
                + " 'missing, but STORAGE_MINIO_ENDPOINT is set: give it, or a file in STORAGE_MINIO_SECRET_KEY_FILE'"
    })
    void a_server_without_its_credentials_is_a_problem(String name, String problem) {
        Map<String, String> environment = new HashMap<>(REMOTE);
        environment.remove(name);
        assertThat(problems(directory, environment)).containsExactly(name + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "DB_POSTGRES_USER, DB_POSTGRES_HOST",
        "DB_POSTGRES_PASSWORD, DB_POSTGRES_HOST",
        "STORAGE_MINIO_ACCESS_KEY, STORAGE_MINIO_ENDPOINT",
        "STORAGE_MINIO_SECRET_KEY, STORAGE_MINIO_ENDPOINT",
        "STORAGE_MAINTENANCE_ACCESS_KEY, STORAGE_MINIO_ENDPOINT",
        "STORAGE_MAINTENANCE_SECRET_KEY, STORAGE_MINIO_ENDPOINT"
    })
    void credentials_without_their_server_are_a_problem(String name, String server) {
        assertThat(problems(directory, Map.of(name, "value")))
                .singleElement()
                .asString()
                .startsWith(name + ": given without " + server + ": set the ");
    }

    @ParameterizedTest
    @CsvSource({
        "STORAGE_MAINTENANCE_ACCESS_KEY, STORAGE_MAINTENANCE_SECRET_KEY",
        "STORAGE_MAINTENANCE_SECRET_KEY, STORAGE_MAINTENANCE_ACCESS_KEY"
    })
    void half_a_maintenance_key_is_a_problem(String given, String missing) {
        assertThat(problems(directory, REMOTE, given, "value"))
                .containsExactly(missing + ": missing, but " + given + " is set: give both or none");
    }

    @Test
    void maintenance_reaches_the_same_bucket_with_its_own_key() {
        DuckLakeConfig config = load(
                directory,
                REMOTE,
                "STORAGE_MAINTENANCE_ACCESS_KEY",
                "keeper",
                "STORAGE_MAINTENANCE_SECRET_KEY",
                "keeper-secret",
                "STORAGE_PREFIX",
                "team");
        StorageSettings.S3 maintenance = (StorageSettings.S3) config.maintenanceStorage();
        assertThat(maintenance.accessKey()).isEqualTo("keeper");
        assertThat(maintenance.secretKey()).isEqualTo(Secret.of("keeper-secret"));
        assertThat(maintenance.dataPath()).isEqualTo("s3://ducklake-data/team/");
        assertThat(s3(config).accessKey()).isEqualTo("access");
        assertThat(s3(config).dataPath()).isEqualTo(maintenance.dataPath());
    }

    @Test
    void bucket_encryption_without_a_bucket_gives_a_warning_only_if_it_was_asked_for() {
        DuckLakeConfig config = load(directory, Map.of("FEATURE_ENABLE_S3_ENCRYPTION", "true"));
        assertThat(config.warnings())
                .singleElement()
                .asString()
                .startsWith("FEATURE_ENABLE_S3_ENCRYPTION has no effect");
        assertThat(effective(config, "FEATURE_ENABLE_S3_ENCRYPTION").value()).isEqualTo("false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "./data", "nested/../data"})
    void the_home_of_an_embedded_lake_is_relative_to_the_working_directory(String path) {
        DuckLakeConfig config = load(directory, Map.of("DB_DUCKLAKE_PATH", path));
        assertThat(settings(config).storage()).isEqualTo(StorageSettings.local(directory.resolve("data/files")));
    }
}
