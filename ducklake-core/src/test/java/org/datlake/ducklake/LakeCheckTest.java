package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;
import org.datlake.ducklake.LakeCheck.Restoration;
import org.datlake.ducklake.LakeCheck.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeCheckTest {

    private static final CheckOptions EVERYTHING =
            CheckOptions.defaults().withDeep(true).withOrphanAge(Duration.ZERO);

    @TempDir
    private Path directory;

    @Test
    void an_empty_lake_is_sound() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            LakeCheck check = lake.check(EVERYTHING);

            assertThat(check.isSound()).isTrue();
            assertThat(check.findings()).isEmpty();
            assertThat(check.dataFiles()).isZero();
            assertThat(check.snapshotId()).isZero();
        }
    }

    @Test
    void a_lake_with_a_history_is_sound_and_its_files_are_counted() {
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.dataInliningRowLimit(10))) {
            lake.execute("CREATE SCHEMA \"My s/x?\"");
            lake.execute("CREATE TABLE \"My s/x?\".\"a b\" AS SELECT range AS i, range % 3 AS p FROM range(1000)");
            lake.execute("CREATE TABLE t (i BIGINT, p VARCHAR)");
            lake.execute("ALTER TABLE t SET PARTITIONED BY (p)");
            lake.execute("INSERT INTO t SELECT range, 'x y/[ü]%*?' || range % 3 FROM range(300)");
            lake.execute("INSERT INTO t SELECT range, 'x y/[ü]%*?' || range % 3 FROM range(300)");
            lake.execute("INSERT INTO t SELECT range, 'q' || range FROM range(3)");
            lake.execute("DELETE FROM t WHERE i > 200");
            lake.execute("DELETE FROM t WHERE i = 7");
            lake.execute("UPDATE t SET i = -i WHERE i < 100");
            lake.execute("ALTER TABLE t RENAME TO t2");
            lake.execute("CREATE TABLE gone AS SELECT range AS i FROM range(100)");
            lake.execute("DROP TABLE gone");

            LakeCheck check = lake.check(EVERYTHING);

            assertThat(check.findings()).isEmpty();
            assertThat(check.tables()).isEqualTo(2);
            assertThat(check.dataFiles()).isGreaterThan(4);
            assertThat(check.deleteFiles()).isPositive();
            assertThat(check.rows()).isGreaterThan(1700);
            assertThat(check.bytes()).isPositive();
            assertThat(check.unreachableFiles()).isZero();
            assertThat(check.keepsVersions()).isEmpty();
            assertThat(check.snapshotId()).isEqualTo(lake.info().snapshotId());
        }
    }

    @Test
    void a_lake_stays_sound_through_maintenance() {
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.dataInliningRowLimit(10))) {
            lake.execute("CREATE TABLE t (i BIGINT, p VARCHAR)");
            for (int batch = 0; batch < 4; batch++) {
                lake.execute("INSERT INTO t SELECT range, 'x' FROM range(100)");
                lake.execute("INSERT INTO t SELECT range, 'y' FROM range(5)");
            }
            lake.execute("DELETE FROM t WHERE i BETWEEN 2 AND 50");
            lake.execute("DELETE FROM t WHERE i = 51");
            for (String maintenance : List.of(
                    "ducklake_flush_inlined_data('lake')",
                    "ducklake_merge_adjacent_files('lake')",
                    "ducklake_rewrite_data_files('lake', delete_threshold => 0.01)",
                    "ducklake_merge_adjacent_files('lake')",
                    "ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
                    "ducklake_cleanup_old_files('lake', cleanup_all => true)")) {
                call(lake, maintenance);

                assertThat(lake.check(EVERYTHING).findings()).as(maintenance).isEmpty();
            }
            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isEqualTo(4 * 105 - 4 * 49 - 4 * 3 - 4);
        }
    }

    @Test
    void a_data_file_that_is_gone_is_dangling() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE SCHEMA s");
            lake.execute("CREATE TABLE s.t AS SELECT range AS i FROM range(5000)");
            Path file = onlyFile();
            Files.delete(file);

            LakeCheck check = lake.check(EVERYTHING);

            assertThat(check.isSound()).isFalse();
            assertThat(check.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.DANGLING_FILE);
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.table()).contains("s.t");
                assertThat(finding.path()).isEqualTo(file.toString());
                assertThat(finding.message()).contains("cannot be read").contains("backup");
                assertThat(finding.restoration()).isEqualTo(Restoration.IMPOSSIBLE);
            });
            assertThat(lake.check(EVERYTHING.withRestore(true)).findings()).isEqualTo(check.findings());
        }
    }

    @Test
    void a_file_that_only_older_snapshots_read_is_dangling_too() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            lake.execute("DROP TABLE t");
            Files.delete(onlyFile());

            assertThat(lake.check().findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.DANGLING_FILE);
                assertThat(finding.table()).contains("main.t");
                assertThat(finding.message()).contains("only snapshots before 2 read it");
            });
        }
    }

    @Test
    void a_delete_file_that_is_gone_is_dangling() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            lake.execute("DELETE FROM t WHERE i > 1000");
            Path file = files().filter(each -> each.toString().contains("-delete."))
                    .findAny()
                    .orElseThrow();
            Files.delete(file);

            assertThat(lake.check().findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.DANGLING_FILE);
                assertThat(finding.path()).isEqualTo(file.toString());
                assertThat(finding.message()).contains("delete file");
            });
        }
    }

    @Test
    void a_file_that_was_cut_short_has_the_wrong_size() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            try (RandomAccessFile file = new RandomAccessFile(onlyFile().toFile(), "rw")) {
                file.setLength(100);
            }

            assertThat(lake.check(EVERYTHING).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.WRONG_SIZE);
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.table()).contains("main.t");
                assertThat(finding.message()).contains("has 100 bytes");
            });
        }
    }

    @Test
    void a_file_with_other_content_of_the_same_size_is_found_by_a_deep_check_only() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            try (RandomAccessFile file = new RandomAccessFile(onlyFile().toFile(), "rw")) {
                file.seek(file.length() - 30);
                file.write(new byte[20]);
            }

            assertThat(lake.check().findings()).isEmpty();
            assertThat(lake.check(EVERYTHING).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.UNREADABLE_FILE);
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.table()).contains("main.t");
            });
        }
    }

    @Test
    void a_file_with_another_number_of_rows_is_found_by_a_deep_check() throws Exception {
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.encrypted(false))) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
        }
        raw("UPDATE catalog.ducklake_data_file SET record_count = 4999");
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.encrypted(false))) {
            assertThat(lake.check().findings()).isEmpty();
            assertThat(lake.check(EVERYTHING).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.ROW_COUNT);
                assertThat(finding.message()).contains("5000 rows").contains("4999");
            });
        }
    }

    @Test
    void a_stray_file_is_an_orphan_once_it_is_old_enough() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            Path stray = Files.writeString(onlyFile().resolveSibling("stray.parquet"), "stray");
            Files.writeString(directory.resolve("files").resolve(".datlake-probe-1.tmp"), "probe");

            assertThat(lake.check().findings()).isEmpty();

            Files.setLastModifiedTime(
                    stray,
                    FileTime.from(Instant.now().minus(Duration.ofHours(1)).minusSeconds(60)));
            LakeCheck check = lake.check();
            assertThat(check.isSound()).isTrue();
            assertThat(check.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.ORPHAN);
                assertThat(finding.severity()).isEqualTo(Severity.INFO);
                assertThat(finding.table()).isEmpty();
                assertThat(finding.path()).isEqualTo(stray.toString());
            });
            assertThat(lake.check(CheckOptions.defaults().withOrphanAge(Duration.ofHours(2)))
                            .findings())
                    .isEmpty();
        }
    }

    @Test
    void more_findings_than_are_listed_are_said_to_be_there() throws IOException {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            Path folder = Files.createDirectories(directory.resolve("files/stray"));
            for (int i = 0; i < LakeCheck.MOST_FINDINGS; i++) {
                Files.createFile(folder.resolve("f" + i));
            }
            CheckOptions noAge = CheckOptions.defaults().withOrphanAge(Duration.ZERO);

            LakeCheck all = lake.check(noAge);
            Files.createFile(folder.resolve("one-more"));
            LakeCheck most = lake.check(noAge);

            assertThat(all.findings()).hasSize(LakeCheck.MOST_FINDINGS);
            assertThat(all.truncated()).isEmpty();
            assertThat(most.findings()).hasSize(LakeCheck.MOST_FINDINGS);
            assertThat(most.truncated()).containsExactly(Kind.ORPHAN);
        }
    }

    @Test
    void keys_that_setseed_made_repeat_are_found_and_never_shown() throws Exception {
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.dataInliningRowLimit(0))) {
            lake.execute("CREATE TABLE t (i BIGINT)");
            lake.execute("CREATE TABLE partitioned (i BIGINT, p BIGINT)");
            lake.execute("ALTER TABLE partitioned SET PARTITIONED BY (p)");
            lake.execute("INSERT INTO partitioned SELECT range, range % 3 FROM range(300)");
        }
        raw(
                "SELECT setseed(0.42)",
                "INSERT INTO lake.t SELECT range FROM range(100)",
                "SELECT setseed(0.42)",
                "INSERT INTO lake.t SELECT range FROM range(100)",
                "INSERT INTO lake.t SELECT range FROM range(100)");
        try (DuckLakeClient lake = TestLake.open(directory, settings -> settings.dataInliningRowLimit(0))) {
            LakeCheck check = lake.check(EVERYTHING);

            assertThat(check.isSound()).isTrue();
            assertThat(check.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.REPEATED_KEY);
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.table()).contains("main.t");
                assertThat(finding.message()).startsWith("2 files").contains("setseed");
            });
            List<String> keys = lake.query("SELECT encryption_key FROM __ducklake_metadata_lake.ducklake_data_file")
                    .as(String.class)
                    .list();
            assertThat(keys)
                    .hasSize(6)
                    .allSatisfy(key -> assertThat(check.toString()).doesNotContain(key));
        }
    }

    @Test
    void a_file_without_a_key_in_an_encrypted_lake_is_found_wherever_it_lies() throws IOException {
        Path outside = directory.resolve("outside [1].parquet");
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t (i BIGINT)");
            lake.execute("COPY (SELECT range AS i FROM range(7)) TO '" + outside + "' (FORMAT parquet)");
            call(lake, "ducklake_add_data_files('lake', 't', '" + directory.resolve("outside [[]1].parquet") + "')");

            assertThat(lake.check(EVERYTHING).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.UNENCRYPTED_FILE);
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.path()).isEqualTo(outside.toString());
            });

            Files.delete(outside);
            assertThat(lake.check(EVERYTHING).findings())
                    .extracting(Finding::kind)
                    .containsExactly(Kind.DANGLING_FILE, Kind.UNENCRYPTED_FILE);
        }
    }

    @Test
    void of_files_that_lie_elsewhere_nothing_is_said_but_their_number() throws Exception {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
        }
        raw("UPDATE catalog.ducklake_data_file SET path = 's3://elsewhere/t.parquet', path_is_relative = false");
        try (DuckLakeClient lake = TestLake.open(directory)) {
            LakeCheck check = lake.check(CheckOptions.defaults().withDeep(true));

            assertThat(check.findings()).isEmpty();
            assertThat(check.unreachableFiles()).isOne();
        }
    }

    @Test
    void a_check_leaves_no_snapshot_and_no_table() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t AS SELECT range AS i FROM range(5000)");
            int snapshots = lake.snapshots().size();

            lake.check(EVERYTHING);

            assertThat(lake.snapshots()).hasSize(snapshots);
            assertThat(lake.query("SELECT count(*) FROM duckdb_tables() WHERE temporary")
                            .as(Long.class)
                            .one())
                    .isZero();
        }
    }

    @Test
    void a_timeout_ends_a_check() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            assertThatThrownBy(() -> lake.check(CheckOptions.defaults().withTimeout(Duration.ofNanos(1))))
                    .isInstanceOf(QueryTimeoutException.class);
        }
    }

    @Test
    void a_closed_client_checks_nothing() {
        DuckLakeClient lake = TestLake.open(directory);
        lake.close();

        assertThatThrownBy(lake::check).isInstanceOf(ClientClosedException.class);
    }

    @Test
    void options_that_cannot_be_meant_are_refused() {
        assertThatThrownBy(() -> new CheckOptions(false, false, Duration.ofHours(-1), Duration.ZERO))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("orphanAge")
                .hasMessageContaining("timeout");
    }

    private Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("files"))) {
            return all.filter(Files::isRegularFile).toList().stream();
        }
    }

    private Path onlyFile() throws IOException {
        List<Path> found = files().toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static void call(DuckLakeClient lake, String function) {
        lake.execute("CALL " + function);
    }

    /** Runs statements past the client, with the lake as {@code lake} and its catalog as {@code catalog}. */
    private void raw(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (Path extension : DuckLakeExtensions.install(EngineSettings.ofDefaults())) {
                statement.execute("LOAD '" + extension + "'");
            }
            statement.execute("ATTACH 'ducklake:" + directory.resolve("catalog.ducklake")
                    + "' AS lake (METADATA_CATALOG 'catalog', DATA_INLINING_ROW_LIMIT 0)");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
