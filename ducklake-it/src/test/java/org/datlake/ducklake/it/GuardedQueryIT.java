package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_S3;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.StatementRefusedException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of people who are not trusted, on every kind of catalog and storage. */
class GuardedQueryIT {

    @TempDir
    private Path directory;

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void the_lake_is_read_now_and_then_and_nothing_else_is(DisposableLake place) {
        try (DuckLakeClient lake = DuckLakeClient.connect(place.settings().build())) {
            lake.execute("CREATE TABLE duck (id INTEGER, name VARCHAR)");
            lake.execute("ALTER TABLE duck SET PARTITIONED BY (bucket(2, id))");
            lake.execute("INSERT INTO duck SELECT i, 'duck ' || i FROM range(3000) t(i)");
            lake.execute("CREATE VIEW young(who) AS SELECT name FROM duck WHERE id < 10");
            long before = lake.newestSnapshotId();
            lake.execute("DELETE FROM duck WHERE id < 5");
            lake.execute("CREATE VIEW keys AS SELECT 1 AS x");
            lake.execute("CREATE VIEW evil AS SELECT * FROM duckdb_secrets()");
            String sql = "SELECT (SELECT count(*) FROM duck), (SELECT count(*) FROM young) WHERE ? = 1";

            assertThat(read(lake.guarded(sql, 1))).containsExactly("2995 5");
            assertThat(read(lake.guarded(sql, 1).at(before))).containsExactly("3000 10");
            assertThat(lake.guarded("SELECT * FROM duck ORDER BY id")
                            .writeParquet(directory.resolve("rows.parquet"))
                            .rows())
                    .isEqualTo(2995);
            TableInfo table = lake.table("main", "duck").orElseThrow();
            assertThat(table.rows()).hasValue(2995);
            assertThat(table.partitionedBy()).containsExactly("bucket(2, id)");
            assertThat(changes(lake, before + 1)).hasSize(5).allMatch(change -> change.startsWith("delete"));
            assertRefused(lake, "SELECT * FROM evil");
            assertRefused(lake, "SELECT * FROM __ducklake_metadata_lake.ducklake.ducklake_data_file");
            assertRefused(lake, "SELECT * FROM __ducklake_metadata_lake.main.ducklake_data_file");
            assertRefused(lake, "SELECT * FROM postgres_query('__ducklake_metadata_lake', 'SELECT 1')");
            assertRefused(lake, "SELECT * FROM ducklake.ducklake_table");
        }
    }

    @Test
    void an_attempt_to_write_a_file_that_was_repeated_in_vain_left_another_file_beside_it() throws IOException {
        Path file = directory.resolve("rows.parquet");
        try (S3Server store = S3Server.launch();
                DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.builder()
                        .catalog(CatalogSettings.duckDbFile(directory.resolve("catalog.ducklake")))
                        .storage(store.newBucket())
                        .build())) {
            lake.execute("CREATE TABLE duck AS SELECT range AS id FROM range(3000)");
            store.stop();

            assertThatThrownBy(() -> lake.guarded("SELECT * FROM duck").writeParquet(file))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("tried");
        }
        Files.deleteIfExists(file);
        assertThat(directory).isDirectoryNotContaining("glob:**.parquet");
    }

    private static List<String> read(GuardedQuery query) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = query.open()) {
            while (cursor.next()) {
                rows.add(cursor.row().get(0, Long.class) + " " + cursor.row().get(1, Long.class));
            }
        }
        return rows;
    }

    private static List<String> changes(DuckLakeClient lake, long snapshot) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = lake.changes("main", "duck", snapshot, snapshot, Duration.ofSeconds(30))) {
            while (cursor.next()) {
                rows.add(cursor.row().getString("change_type") + " "
                        + cursor.row().getLong("id"));
            }
        }
        return rows;
    }

    private static void assertRefused(DuckLakeClient lake, String sql) {
        assertThatThrownBy(() -> read(lake.guarded(sql))).isInstanceOf(StatementRefusedException.class);
    }
}
