package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalog tells of tables, snapshots and changes. */
class CatalogReadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static DuckLakeClient lake;

    @BeforeAll
    static void open(@TempDir Path directory) {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE plain (a INTEGER)");
        lake.execute("CREATE TABLE laid_out (a INTEGER, \"b c\" VARCHAR, ts TIMESTAMP)");
        lake.execute("ALTER TABLE laid_out SET PARTITIONED BY (year(ts), \"b c\", bucket(4, a))");
        lake.execute("ALTER TABLE laid_out SET SORTED BY (a ASC NULLS LAST, ts DESC NULLS FIRST)");
        lake.execute("INSERT INTO plain SELECT i FROM range(2000) t(i)");
        lake.execute("INSERT INTO plain VALUES (-1), (-2)");
        lake.execute("DELETE FROM plain WHERE a IN (-2, 5, 7)");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void a_table_knows_how_many_rows_it_has_and_where_they_lie() {
        TableInfo plain = lake.table("main", "plain").orElseThrow();

        assertThat(plain.rows()).hasValue(1999);
        assertThat(plain.inlinedRows()).isEqualTo(1);
        assertThat(plain.fileCount()).isEqualTo(1);
        assertThat(plain.partitionedBy()).isEmpty();
        assertThat(plain.sortedBy()).isEmpty();
        assertThat(lake.table("main", "nothing")).isEmpty();
        assertThat(lake.tables()).allSatisfy(table -> assertThat(table.rows()).isEmpty());
    }

    @Test
    void partitions_and_sort_order_read_as_they_were_written() {
        TableInfo table = lake.table("main", "laid_out").orElseThrow();

        assertThat(table.partitionedBy()).containsExactly("year(ts)", "\"b c\"", "bucket(4, a)");
        assertThat(table.sortedBy()).containsExactly("a ASC NULLS LAST", "ts DESC NULLS FIRST");
        lake.execute("ALTER TABLE laid_out RESET PARTITIONED BY");
        assertThat(lake.table("main", "laid_out").orElseThrow().partitionedBy()).isEmpty();
        lake.execute("ALTER TABLE laid_out SET PARTITIONED BY (year(ts), \"b c\", bucket(4, a))");
    }

    @Test
    void snapshots_come_in_pages() {
        List<Snapshot> all = lake.snapshots();

        assertThat(lake.snapshots(-1, 2)).isEqualTo(all.subList(0, 2));
        assertThat(lake.snapshots(1, 3)).isEqualTo(all.subList(2, 5));
        assertThat(lake.snapshots(lake.newestSnapshotId(), 3)).isEmpty();
        assertThat(lake.newestSnapshotId()).isEqualTo(all.get(all.size() - 1).id());
        assertThatThrownBy(() -> lake.snapshots(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> changes(String table, long from, long to) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = lake.changes("main", table, from, to, PATIENCE)) {
            while (cursor.next()) {
                rows.add(
                        cursor.row().getLong("snapshot_id") + " " + cursor.row().getString("change_type") + " "
                                + cursor.row().get("a"));
            }
        }
        return rows;
    }

    @Test
    void changes_come_in_the_order_of_their_snapshots() {
        lake.execute("CREATE TABLE moving (a INTEGER)");
        long start = lake.newestSnapshotId();
        lake.execute("INSERT INTO moving VALUES (1), (2)");
        lake.execute("UPDATE moving SET a = 10 WHERE a = 1");
        lake.execute("DELETE FROM moving WHERE a = 2");

        assertThat(changes("moving", start, start + 3))
                .containsExactly(
                        (start + 1) + " insert 1",
                        (start + 1) + " insert 2",
                        (start + 2) + " update_preimage 1",
                        (start + 2) + " update_postimage 10",
                        (start + 3) + " delete 2");
        assertThat(changes("moving", start + 3, start + 3)).containsExactly((start + 3) + " delete 2");
        assertThat(changes("moving", start, start)).isEmpty();
    }

    @Test
    void changes_of_what_is_not_there_are_refused_with_a_reason() {
        long newest = lake.newestSnapshotId();

        assertState("42P01", "no table", () -> changes("nothing", 0, newest));
        assertState("02000", "no snapshot", () -> changes("plain", 0, newest + 1000));
        assertState("22023", "not before", () -> changes("plain", 3, 2));
        assertState("42P01", "no table", () -> changes("it's; DROP", 0, newest));
    }

    private static void assertState(String state, String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(QueryException.class, failed -> {
            assertThat(failed.sqlState()).isEqualTo(state);
            assertThat(failed).hasMessageContaining(message);
        });
    }
}
