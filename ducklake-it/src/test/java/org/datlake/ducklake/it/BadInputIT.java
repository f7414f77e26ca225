package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CatalogVersionException;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeExtensions;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.ExtensionException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.SslMode;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.io.TempDir;

/** Each bad input gets one clear error without a secret in it, and leaves catalog and bucket as they were. */
class BadInputIT {

    private static final Secret WRONG = Secret.of("CANARY-wrong-secret-0815");

    @DuckLakeTest(POSTGRES_AND_S3)
    void wrong_password(DisposableLake place) throws Exception {
        CatalogSettings.Postgres right = postgres(place);

        CatalogException error = Refusal.of(
                CatalogException.class,
                place.settings()
                        .catalog(CatalogSettings.postgres(
                                right.host(), right.port(), right.database(), right.user(), WRONG)));

        assertThat(error).hasMessageContaining("password").hasMessageContaining(right.user());
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void unknown_host(DisposableLake place) throws Exception {
        CatalogSettings.Postgres right = postgres(place);

        CatalogException error = Refusal.of(
                CatalogException.class,
                place.settings()
                        .catalog(CatalogSettings.postgres(
                                        "no-such-host.invalid",
                                        right.port(),
                                        right.database(),
                                        right.user(),
                                        right.password())
                                .withSslMode(SslMode.DISABLE)));

        assertThat(error).hasMessageContaining("no-such-host.invalid");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void wrong_port(DisposableLake place) throws Exception {
        CatalogSettings.Postgres right = postgres(place);
        int closed = closedPort();

        CatalogException error = Refusal.of(
                CatalogException.class,
                place.settings()
                        .catalog(CatalogSettings.postgres(
                                right.host(), closed, right.database(), right.user(), right.password())));

        assertThat(error).hasMessageContaining(Integer.toString(closed));
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void missing_database(DisposableLake place) throws Exception {
        CatalogSettings.Postgres right = postgres(place);

        CatalogException error = Refusal.of(
                CatalogException.class,
                place.settings()
                        .catalog(CatalogSettings.postgres(
                                right.host(), right.port(), "no_such_database", right.user(), right.password())));

        assertThat(error).hasMessageContaining("no_such_database");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void tls_asked_of_a_catalog_that_speaks_plain_text(DisposableLake place) throws Exception {
        CatalogException error = Refusal.of(
                CatalogException.class, place.settings().catalog(postgres(place).withSslMode(SslMode.REQUIRE)));

        assertThat(error).hasMessageContaining("TLS").hasMessageContaining("require");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_bucket_that_cannot_be_made(DisposableLake place) throws Exception {
        // MinIO keeps this name for itself.
        StorageSettings.S3 reserved = StorageSettings.S3
                .builder("http://" + S3Server.shared().endpoint(), "minio")
                .credentials(S3Server.shared().accessKey(), S3Server.shared().secretKey())
                .build();

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(reserved));

        assertThat(error).hasMessageContaining("bucket").hasMessageContaining("minio");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_missing_bucket_that_may_not_be_made(DisposableLake place) throws Exception {
        StorageSettings.S3 absent = s3(place).createBucket(false).build();

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(absent));

        assertThat(error).hasMessageContaining(absent.bucket());
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void wrong_key(DisposableLake place) throws Exception {
        StorageSettings.S3 wrong =
                s3(place).credentials(S3Server.shared().accessKey(), WRONG).build();

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(wrong));

        assertThat(error).hasMessageContaining("secret key");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void unknown_access_key(DisposableLake place) throws Exception {
        StorageSettings.S3 wrong = s3(place).credentials("nobody", WRONG).build();

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(wrong));

        assertThat(error).hasMessageContaining("access key");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void https_asked_of_a_store_that_speaks_http(DisposableLake place) throws Exception {
        StorageSettings.S3 secure = StorageSettings.S3
                .builder("https://" + S3Server.shared().endpoint(), "lake-secure")
                .credentials(S3Server.shared().accessKey(), S3Server.shared().secretKey())
                .build();

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(secure));

        assertThat(error).hasMessageContaining("http://").hasMessageContaining("TLS");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_LOCAL)
    void http_asked_of_a_store_that_speaks_https(DisposableLake place) throws Exception {
        try (S3Server server = S3Server.launchWithTls()) {
            StorageSettings.S3 plain = StorageSettings.S3
                    .builder("http://" + server.endpoint(), "lake-plain")
                    .credentials(server.accessKey(), server.secretKey())
                    .build();

            StorageException error =
                    Refusal.of(StorageException.class, place.settings().storage(plain));

            assertThat(error).hasMessageContaining("https://").hasMessageContaining("TLS");
        }
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_LOCAL)
    void a_read_only_directory(DisposableLake place) throws Exception {
        // Where even root cannot write.
        Path readOnly = Path.of("/sys/kernel/datlake");

        StorageException error =
                Refusal.of(StorageException.class, place.settings().storage(StorageSettings.local(readOnly)));

        assertThat(error).hasMessageContaining(readOnly.toString());
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_corrupt_extension_file(DisposableLake place, @TempDir Path extensions) throws Exception {
        Path folder = Files.createDirectories(extensions.resolve("v" + engineVersion() + "/" + platformFolder()));
        for (String name : new String[] {"ducklake", "httpfs", "postgres_scanner"}) {
            Files.writeString(folder.resolve(name + ".duckdb_extension"), "not an extension");
        }

        ExtensionException error = Refusal.of(
                ExtensionException.class,
                place.settings()
                        .engine(EngineSettings.builder()
                                .extensionDirectory(extensions)
                                .installExtensions(false)
                                .build()));

        assertThat(error).hasMessageContaining(folder.toString()).hasMessageContaining("ducklake");
        assertNothingWasMade(place);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void an_encrypted_lake_opened_as_a_plain_one(DisposableLake place) throws Exception {
        place.client().execute("CREATE TABLE t AS SELECT range AS n FROM range(2000)");
        Fingerprint before = Fingerprint.of(place);

        ConfigurationException error =
                Refusal.of(ConfigurationException.class, place.settings().encrypted(false));

        assertThat(error).hasMessageContaining("encrypted");
        assertThat(Fingerprint.of(place)).isEqualTo(before);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_plain_lake_opened_as_an_encrypted_one(DisposableLake place) throws Exception {
        try (DuckLakeClient lake =
                DuckLakeClient.connect(place.settings().encrypted(false).build())) {
            lake.execute("CREATE TABLE t AS SELECT range AS n FROM range(2000)");
        }
        Fingerprint before = Fingerprint.of(place);

        ConfigurationException error =
                Refusal.of(ConfigurationException.class, place.settings().encrypted(true));

        assertThat(error).hasMessageContaining("encrypted");
        assertThat(Fingerprint.of(place)).isEqualTo(before);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void another_data_path(DisposableLake place) throws Exception {
        place.client().execute("CREATE TABLE t AS SELECT range AS n FROM range(2000)");
        Fingerprint before = Fingerprint.of(place);

        ConfigurationException error = Refusal.of(
                ConfigurationException.class,
                place.settings().storage(s3(place).prefix("elsewhere").build()));

        assertThat(error)
                .hasMessageContaining(place.storage().dataPath())
                .hasMessageContaining(place.storage().dataPath() + "elsewhere/");
        assertThat(Fingerprint.of(place)).isEqualTo(before);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void catalog_version_0_3(DisposableLake place) throws Exception {
        assertVersionIsRefused(place, "0.3");
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void catalog_version_1_1(DisposableLake place) throws Exception {
        assertVersionIsRefused(place, "1.1");
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void catalog_version_rubbish(DisposableLake place) throws Exception {
        assertVersionIsRefused(place, "rubbish");
    }

    private static void assertVersionIsRefused(DisposableLake place, String version) throws SQLException {
        place.client().execute("CREATE TABLE t AS SELECT range AS n FROM range(2000)");
        try (Connection connection =
                        PostgresServer.shared().connect(postgres(place).database());
                PreparedStatement change = connection.prepareStatement(
                        "UPDATE ducklake.ducklake_metadata SET value = ? WHERE key = 'version'")) {
            change.setString(1, version);
            assertThat(change.executeUpdate()).isEqualTo(1);
        }
        Fingerprint before = Fingerprint.of(place);

        CatalogVersionException error = Refusal.of(CatalogVersionException.class, place.settings());

        assertThat(error).hasMessageContaining(version).hasMessageContaining("1.0");
        assertThat(Fingerprint.of(place)).isEqualTo(before);
    }

    private static void assertNothingWasMade(DisposableLake place) throws SQLException {
        Fingerprint now = Fingerprint.of(place);
        assertThat(now.tables()).isEmpty();
        assertThat(now.objects()).isEmpty();
    }

    private static CatalogSettings.Postgres postgres(DisposableLake place) {
        return (CatalogSettings.Postgres) place.catalog();
    }

    private static StorageSettings.S3.Builder s3(DisposableLake place) {
        StorageSettings.S3 right = (StorageSettings.S3) place.storage();
        return StorageSettings.S3
                .builder("http://" + S3Server.shared().endpoint(), right.bucket())
                .credentials(S3Server.shared().accessKey(), S3Server.shared().secretKey())
                .bucketEncryption(false);
    }

    private static String engineVersion() {
        return DuckLakeExtensions.ENGINE_VERSION.replaceFirst("^v", "");
    }

    private static String platformFolder() {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return (System.getProperty("os.name").startsWith("Mac") ? "osx_" : "linux_") + machine;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
