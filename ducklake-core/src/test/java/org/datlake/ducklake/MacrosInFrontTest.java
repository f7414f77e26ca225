package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lake in which somebody made macros of the names that DuckLake's own functions have. */
class MacrosInFrontTest {

    private static final List<String> MACROS = List.of(
            "current_snapshot()",
            "snapshots()",
            "options()",
            "settings()",
            "table_info()",
            "set_commit_message(a, b, extra_info := '')",
            "ducklake_current_snapshot(a)",
            "ducklake_snapshots(a)",
            "ducklake_options(a)",
            "ducklake_settings(a)",
            "ducklake_table_info(a)",
            "ducklake_table_changes(a, b, c, d, e)",
            "ducklake_set_commit_message(a, b, c, extra_info := '')");

    @TempDir
    private Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void open() {
        try (DuckLakeClient made = TestLake.open(directory)) {
            made.execute("CREATE TABLE t AS SELECT 1 AS i");
            for (String macro : MACROS) {
                made.execute("CREATE MACRO " + macro + " AS TABLE SELECT 0 AS id, 'macro' AS x");
            }
        }
        lake = TestLake.open(directory);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void a_macro_of_the_lake_told_which_snapshot_is_the_newest() {
        List<Snapshot> snapshots = lake.snapshots();
        long newest = snapshots.get(snapshots.size() - 1).id();

        assertThat(newest).isGreaterThan(MACROS.size());
        assertThat(lake.info().snapshotId()).isEqualTo(newest);
        assertThat(lake.info().formatVersion()).isEqualTo("1.0");
        assertThat(lake.tables()).hasSize(1);
    }

    @Test
    void a_macro_of_the_lake_was_read_in_place_of_the_changes_of_a_table() {
        lake.execute("INSERT INTO t VALUES (2)");
        long newest = lake.info().snapshotId();
        List<Integer> values = new ArrayList<>();

        try (RowCursor changes = lake.changes("main", "t", newest, newest, Duration.ofSeconds(10))) {
            while (changes.next()) {
                values.add(changes.row().getInt("i"));
            }
        }

        assertThat(values).containsExactly(2);
    }

    @Test
    void what_became_of_a_commit_is_told_by_its_own_name() {
        Committed committed = lake.commit(
                TransactionOptions.defaults(), transaction -> transaction.execute("INSERT INTO t VALUES (2)"));

        assertThat(lake.resolve(committed.operationId()).status()).isEqualTo(CommitOutcome.Status.COMMITTED);
        assertThat(committed.snapshotId()).hasValue(lake.info().snapshotId());
    }
}
