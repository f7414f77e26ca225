package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeTravelTest {

    @TempDir
    Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE a (i INTEGER)");
        lake.execute("INSERT INTO a VALUES (1)");
        lake.execute("INSERT INTO a VALUES (2)");
        lake.execute("CREATE SCHEMA other");
        lake.execute("CREATE TABLE other.b (s VARCHAR)");
        lake.execute("DROP TABLE a");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private long snapshotWith(String change) {
        return lake.snapshots().stream()
                .filter(snapshot -> snapshot.changes().containsKey(change))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static List<Integer> rowsOf(SnapshotView view) {
        return view.query("SELECT i FROM a ORDER BY i").as(Integer.class).list();
    }

    @Test
    void snapshots_tell_what_changed() {
        assertThat(lake.snapshots()).hasSize(7).first().satisfies(first -> {
            assertThat(first.id()).isZero();
            assertThat(first.time())
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(1));
        });
        assertThat(lake.snapshots().get(1).changes()).containsKey("tables_created");
        assertThat(lake.snapshots()).extracting(Snapshot::time).isSorted();
    }

    @Test
    void a_view_shows_the_rows_of_its_snapshot() {
        try (SnapshotView view = lake.at(2)) {
            assertThat(view.snapshotId()).isEqualTo(2);
            assertThat(rowsOf(view)).containsExactly(1);
        }
        try (SnapshotView view = lake.at(3)) {
            assertThat(rowsOf(view)).containsExactly(1, 2);
        }
        assertThatThrownBy(() -> lake.query("SELECT i FROM a").list())
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("42P01"));
    }

    @Test
    void a_view_has_the_tables_of_its_snapshot() {
        try (SnapshotView view = lake.at(3)) {
            assertThat(view.tables()).extracting(TableInfo::name).containsExactly("a");
            assertThat(view.tables().get(0).columns())
                    .extracting(TableInfo.Column::name)
                    .containsExactly("i");
            assertThat(view.tables().get(0).inlinedRows()).isEqualTo(2);
            assertThatThrownBy(() -> view.query("SELECT s FROM other.b").list()).isInstanceOf(QueryException.class);
        }
        assertThat(lake.tables()).extracting(TableInfo::schema, TableInfo::name).containsExactly(tuple("other", "b"));
    }

    @Test
    void a_moment_means_the_newest_snapshot_that_is_not_younger() {
        List<Snapshot> snapshots = lake.snapshots();

        try (SnapshotView view = lake.at(snapshots.get(2).time())) {
            assertThat(view.snapshotId()).isEqualTo(2);
        }
        try (SnapshotView view = lake.at(snapshots.get(3).time().minusNanos(1000))) {
            assertThat(view.snapshotId()).isEqualTo(2);
        }
        try (SnapshotView view = lake.at(Instant.now().plusSeconds(3600))) {
            assertThat(view.snapshotId()).isEqualTo(6);
        }
    }

    @Test
    void snapshots_that_are_not_there_are_told() {
        assertThatThrownBy(() -> lake.at(99)).isInstanceOf(QueryException.class).hasMessageContaining("no snapshot 99");
        assertThatThrownBy(() -> lake.at(-1)).isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> lake.at(Instant.EPOCH))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("1970-01-01T00:00:00Z");
    }

    @Test
    void a_snapshot_that_was_expired_is_gone() {
        lake.execute("CALL ducklake_expire_snapshots('lake', versions => [2])");

        assertThatThrownBy(() -> lake.at(2))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("no snapshot 2, or no longer");
    }

    @Test
    void a_view_reads_only() {
        try (SnapshotView view = lake.at(3)) {
            assertThatThrownBy(() -> view.query("INSERT INTO a VALUES (9)").list())
                    .isInstanceOf(QueryException.class);
            assertThatThrownBy(() -> view.query("DROP TABLE lake.other.b").list())
                    .isInstanceOf(QueryException.class);
        }
        assertThat(lake.tables()).hasSize(1);
    }

    @Test
    void a_closed_view_says_so_and_can_be_closed_again() {
        SnapshotView view = lake.at(3);
        Query<Row> query = view.query("SELECT i FROM a");
        view.close();
        view.close();

        assertThatThrownBy(query::list)
                .isInstanceOf(ClientClosedException.class)
                .hasMessageContaining("the view of snapshot 3 is closed");
    }

    @Test
    void views_of_one_snapshot_are_independent() {
        SnapshotView first = lake.at(3);
        try (SnapshotView second = lake.at(3)) {
            first.close();

            assertThat(rowsOf(second)).containsExactly(1, 2);
        }
    }

    @Test
    void an_old_view_of_the_lake_is_kept_with_the_snapshot() {
        lake.execute("CREATE TABLE c AS SELECT 7 AS i");
        lake.execute("CREATE VIEW v AS SELECT i + 1 AS j FROM c");
        long then = snapshotWith("views_created");
        lake.execute("DROP VIEW v");

        try (SnapshotView view = lake.at(then)) {
            assertThat(view.query("SELECT j FROM v").as(Integer.class).one()).isEqualTo(8);
        }
    }

    @Test
    void many_threads_open_and_close_views_of_few_snapshots() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<?>> all = new ArrayList<>();
        try {
            for (int thread = 0; thread < 6; thread++) {
                int offset = thread;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        int snapshot = 1 + (i + offset) % 3;
                        try (SnapshotView view = lake.at(snapshot)) {
                            assertThat(rowsOf(view)).hasSize(snapshot - 1);
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(lake.statistics().quarantinedCalls()).isZero();
    }
}
