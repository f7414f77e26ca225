package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageSettingsTest {

    private static StorageSettings.S3.Builder bucketAt(String endpoint) {
        return StorageSettings.S3.builder(endpoint, "ducklake-data").credentials("access", Secret.of("canary"));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:9000,             http://localhost:9000",
        "127.0.0.1:9000,             http://127.0.0.1:9000",
        "[::1]:9000,                 http://[::1]:9000",
        "127.0.0.1.example.org:9000, https://127.0.0.1.example.org:9000",
        "minio:9000,                 https://minio:9000",
        "s3.amazonaws.com,           https://s3.amazonaws.com",
        "http://minio:9000,          http://minio:9000",
        "HTTPS://minio:9000,         https://minio:9000",
        "https://localhost:9000/,    https://localhost:9000",
        "'  minio:9000  ',           https://minio:9000",
    })
    void the_scheme_decides_about_tls_and_without_one_only_loopback_is_plain(String endpoint, String uri) {
        StorageSettings.S3 s3 = bucketAt(endpoint).build();

        assertThat(s3.endpointUri()).hasToString(uri);
        assertThat(s3.secure()).isEqualTo(uri.startsWith("https"));
        assertThat(s3.endpoint()).doesNotContain("/");
    }

    @Test
    void secure_decides_where_there_is_no_scheme() {
        assertThat(bucketAt("minio:9000").secure(false).build().secure()).isFalse();
        assertThat(bucketAt("localhost:9000").secure(true).build().secure()).isTrue();
    }

    @Test
    void a_scheme_and_secure_may_agree_but_not_contradict_each_other() {
        assertThat(bucketAt("https://minio").secure(true).build().secure()).isTrue();
        assertThatThrownBy(() -> bucketAt("http://minio").secure(true).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("contradict");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "http://minio/bucket",
                "minio:9000/bucket",
                "minio:0",
                "minio:65536",
                "minio:port",
                "http://user:password@minio",
                "http://minio?x=y",
                "ftp://minio",
                "mi nio"
            })
    void an_endpoint_is_host_and_port_or_a_bare_url(String endpoint) {
        assertThatThrownBy(() -> bucketAt(endpoint).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the storage endpoint must be host:port")
                .hasMessageNotContaining("password");
    }

    @ParameterizedTest
    @CsvSource({"'', s3://ducklake-data/", "lake, s3://ducklake-data/lake/", "//a/b//, s3://ducklake-data/a/b/"})
    void slashes_around_a_prefix_do_not_matter(String prefix, String dataPath) {
        assertThat(bucketAt("minio").prefix(prefix).build().dataPath()).isEqualTo(dataPath);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?b", "a*b", "a[b", "a{b}", "a/../b", "..", "a\nb"})
    void a_prefix_holds_nothing_that_duckdb_reads_as_a_pattern(String prefix) {
        assertThatThrownBy(() -> bucketAt("minio").prefix(prefix).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the storage prefix");
    }

    @Test
    void all_problems_are_told_at_once() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> StorageSettings.S3
                        .builder("minio/x", "No Bucket")
                        .prefix("?")
                        .region("")
                        .build());

        assertThat(thrown.problems())
                .hasSize(6)
                .anySatisfy(problem -> assertThat(problem).contains("endpoint"))
                .anySatisfy(problem -> assertThat(problem).contains("bucket", "'No Bucket'"))
                .anySatisfy(problem -> assertThat(problem).contains("prefix"))
                .anySatisfy(problem -> assertThat(problem).contains("access key"))
                .anySatisfy(problem -> assertThat(problem).contains("secret key"))
                .anySatisfy(problem -> assertThat(problem).contains("region"));
    }

    @Test
    void defaults_create_the_bucket_and_leave_its_encryption_alone() {
        StorageSettings.S3 s3 = StorageSettings.minio("localhost:9000", "ducklake-data", "access", Secret.of("canary"));

        assertThat(s3.createBucket()).isTrue();
        assertThat(s3.bucketEncryption()).isFalse();
        assertThat(s3.region()).isEqualTo("us-east-1");
        assertThat(s3.prefix()).isEmpty();
    }

    @Test
    void equal_buckets_are_equal_and_their_text_hides_the_secret_key() {
        StorageSettings.S3 one = bucketAt("http://minio:9000").build();
        StorageSettings.S3 same = bucketAt("minio:9000").secure(false).build();

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(one).isNotEqualTo(bucketAt("minio:9000").build());
        assertThat(one).isNotEqualTo(bucketAt("http://minio:9000").prefix("x").build());
        assertThat(one.toString()).contains("http://minio:9000").doesNotContain("canary");
    }

    @Test
    void the_path_of_a_local_directory_is_absolute_and_ends_in_a_slash() {
        assertThat(StorageSettings.local(Path.of("x/../files")).dataPath())
                .isEqualTo(Path.of("files").toAbsolutePath() + "/");
        assertThat(StorageSettings.local(Path.of("/")).dataPath()).isEqualTo("/");
    }
}
