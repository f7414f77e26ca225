package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectTest {

    @TempDir
    Path directory;

    private void createLake() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE events (id BIGINT)");
            lake.execute("INSERT INTO events VALUES (1), (2)");
        }
    }

    private void inCatalog(String sql) throws SQLException {
        Path file = directory.resolve("catalog.ducklake");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private <X extends Throwable> X refusal(Class<X> type, UnaryOperator<DuckLakeSettings.Builder> changes) {
        return catchThrowableOfType(
                type, () -> TestLake.open(directory, changes).close());
    }

    @Test
    void a_directory_that_is_not_there_becomes_an_encrypted_lake() {
        try (DuckLakeClient lake = TestLake.open(directory.resolve("new/deeper"))) {
            LakeInfo info = lake.info();

            assertThat(info.encrypted()).isTrue();
            assertThat(info.formatVersion()).isEqualTo("1.0");
            assertThat(info.engineVersion()).isEqualTo(DuckLakeExtensions.ENGINE_VERSION);
            assertThat(info.dataPath()).isEqualTo(directory.resolve("new/deeper/files") + "/");
            assertThat(info.snapshotId()).isZero();
            assertThat(info.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("unencrypted in the catalog"));
        }
    }

    @Test
    void a_lake_is_there_again_when_it_is_opened_again() {
        createLake();

        try (DuckLakeClient lake = TestLake.open(directory)) {
            assertThat(lake.query("SELECT id FROM events ORDER BY id")
                            .as(Long.class)
                            .list())
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void a_lake_opens_under_any_alias_even_with_quotes_and_spaces_in_its_path() {
        Path odd = directory.resolve("it's a \"lake\" ünï");
        try (DuckLakeClient lake =
                TestLake.open(odd, settings -> settings.alias("Other").encrypted(false))) {
            lake.execute("CREATE TABLE t AS SELECT 1 AS i");
            assertThat(lake.query("SELECT i FROM Other.t").as(Integer.class).one())
                    .isEqualTo(1);
            assertThat(lake.tables()).hasSize(1);
        }
    }

    @Test
    void encryption_is_decided_when_a_lake_is_created() {
        createLake();

        ConfigurationException thrown = refusal(ConfigurationException.class, settings -> settings.encrypted(false));

        assertThat(thrown).hasMessageContaining("created encrypted").hasMessageContaining("encrypted=false");
    }

    @Test
    void another_place_for_the_files_is_refused() {
        createLake();

        ConfigurationException thrown = refusal(
                ConfigurationException.class,
                settings -> settings.storage(StorageSettings.local(directory.resolve("other"))));

        assertThat(thrown)
                .hasMessageContaining(directory.resolve("files").toString())
                .hasMessageContaining(directory.resolve("other").toString());
    }

    @Test
    void a_stored_inlining_limit_that_beats_the_setting_is_refused() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CALL lake.set_option('data_inlining_row_limit', 5)");
        }

        ConfigurationException thrown = refusal(ConfigurationException.class, settings -> settings);

        assertThat(thrown).hasMessageContaining("data_inlining_row_limit=5").hasMessageContaining("1000");
        assertThatCode(() -> TestLake.open(directory, settings -> settings.dataInliningRowLimit(5))
                        .close())
                .doesNotThrowAnyException();
    }

    @Test
    void all_that_contradicts_a_lake_is_told_at_once() {
        createLake();

        ConfigurationException thrown = refusal(
                ConfigurationException.class,
                settings -> settings.encrypted(false).storage(StorageSettings.local(directory.resolve("other"))));

        assertThat(thrown.problems()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"0.3, true", "1.1, false", "rubbish, false"})
    void a_catalog_of_another_version_is_refused_and_left_as_it_was(String version, boolean canMigrate)
            throws IOException, SQLException {
        createLake();
        inCatalog("UPDATE ducklake_metadata SET value = '" + version + "' WHERE key = 'version'");
        byte[] before = Files.readAllBytes(directory.resolve("catalog.ducklake"));

        CatalogVersionException thrown = refusal(CatalogVersionException.class, settings -> settings);

        assertThat(thrown.found()).isEqualTo(version);
        assertThat(thrown.canMigrate()).isEqualTo(canMigrate);
        assertThat(thrown).hasMessageContaining("'" + version + "'");
        assertThat(Files.readAllBytes(directory.resolve("catalog.ducklake"))).isEqualTo(before);
    }

    @Test
    void a_catalog_that_another_client_of_this_process_has_open_is_refused() {
        try (DuckLakeClient first = TestLake.open(directory)) {
            CatalogException thrown = refusal(CatalogException.class, settings -> settings);

            assertThat(thrown.sqlState()).isEqualTo("55006");
            assertThat(thrown)
                    .hasMessageContaining("catalog.ducklake")
                    .hasMessageContaining("another process or client has it open");
            assertThat(first.query("SELECT 1 AS i").as(Integer.class).one()).isEqualTo(1);
        }
        assertThatCode(() -> TestLake.open(directory).close()).doesNotThrowAnyException();
    }

    @Test
    void a_catalog_that_another_process_has_open_is_refused() throws IOException {
        createLake();
        Path ready = directory.resolve("ready");
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CatalogHolder.class.getName(),
                        directory.resolve("catalog.ducklake").toString(),
                        ready.toString())
                .inheritIO()
                .start();
        try {
            await().until(() -> Files.exists(ready) || !other.isAlive());
            assertThat(other.isAlive()).isTrue();

            CatalogException thrown = refusal(CatalogException.class, settings -> settings);

            assertThat(thrown.sqlState()).isEqualTo("55006");
        } finally {
            other.destroyForcibly().onExit().join();
        }
    }

    @Test
    void a_catalog_file_that_is_something_else_is_refused_and_left_as_it_was() throws IOException {
        Path file = directory.resolve("catalog.ducklake");
        Files.writeString(file, "this is not a database, but it is long enough to be taken for one\n".repeat(1000));
        byte[] before = Files.readAllBytes(file);

        CatalogException thrown = refusal(CatalogException.class, settings -> settings);

        assertThat(thrown).hasMessageContaining("it is not a DuckDB database");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_damaged_catalog_is_refused() throws IOException {
        createLake();
        Path file = directory.resolve("catalog.ducklake");
        byte[] bytes = Files.readAllBytes(file);
        // The headers of the file begin at 4096; nothing in them is right any more.
        for (int i = 4096; i < 3 * 4096 && i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        Files.write(file, bytes);

        CatalogException thrown = refusal(CatalogException.class, settings -> settings);

        assertThat(thrown).hasMessageContaining(file.toString()).hasMessageContaining("cannot be used");
        assertThat(thrown.isRetryable()).isFalse();
    }

    @Test
    void a_place_for_files_that_is_a_file_is_refused() throws IOException {
        Files.writeString(directory.resolve("files"), "in the way");

        StorageException thrown = refusal(StorageException.class, settings -> settings);

        assertThat(thrown).hasMessageContaining("files").hasMessageContaining("is a file, not a directory");
        assertThat(directory.resolve("catalog.ducklake")).doesNotExist();
    }

    @Test
    void a_place_for_the_catalog_below_a_file_is_refused() throws IOException {
        Path file = Files.writeString(directory.resolve("blocked"), "in the way");

        CatalogException thrown = refusal(
                CatalogException.class,
                settings -> settings.catalog(CatalogSettings.duckDbFile(file.resolve("catalog.ducklake"))));

        assertThat(thrown).hasMessageContaining("cannot be used");
    }

    @Test
    void a_missing_extension_is_told_with_what_was_tried() {
        ExtensionException thrown = refusal(
                ExtensionException.class,
                settings -> settings.engine(EngineSettings.builder()
                        .extensionDirectory(directory.resolve("extensions"))
                        .installExtensions(false)
                        .build()));

        assertThat(thrown).hasMessageContaining("Tried:").hasMessageContaining("switched off");
    }

    @Test
    void a_setting_that_duckdb_does_not_know_is_named() {
        ConfigurationException thrown = refusal(
                ConfigurationException.class,
                settings -> settings.engine(EngineSettings.builder()
                        .duckDbSetting("no_such_thing", "1")
                        .build()));

        assertThat(thrown).hasMessageContaining("no_such_thing");
    }

    @Test
    void a_client_that_connects_in_the_background_is_down_until_it_has_connected() throws IOException {
        Path blocked = Files.writeString(directory.resolve("files"), "in the way");
        try (DuckLakeClient lake = DuckLakeClient.connectInBackground(
                TestLake.settings(directory).engine(TestLake.restless().build()).build())) {
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> lake.query("SELECT 1 AS i").list())
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("is a file, not a directory"));
            assertThat(lake.health().isReady()).isFalse();

            Files.delete(blocked);

            await().ignoreExceptionsInstanceOf(CatalogException.class)
                    .untilAsserted(() -> assertThat(lake.query("SELECT 1 AS i")
                                    .as(Integer.class)
                                    .one())
                            .isEqualTo(1));
            await().untilAsserted(() -> assertThat(lake.health().isReady()).isTrue());
        }
    }
}
