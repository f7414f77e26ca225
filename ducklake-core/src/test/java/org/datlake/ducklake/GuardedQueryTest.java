package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedQueryTest {

    /** Nobody waits for its end. */
    private static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

    @TempDir
    private Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void open() {
        lake = TestLake.open(directory.resolve("lake"));
        lake.execute("CREATE TABLE duck (id INTEGER, name VARCHAR)");
        lake.execute("INSERT INTO duck VALUES (1, 'Ann'), (2, 'Bob'), (3, NULL)");
    }

    @AfterEach
    void close() {
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
        lake.close();
    }

    private static List<String> read(GuardedQuery query) {
        List<String> rows = new ArrayList<>();
        try (RowCursor result = query.open()) {
            while (result.next()) {
                rows.add(String.valueOf(result.row().get(0, Object.class)));
            }
        }
        return rows;
    }

    @Test
    void parameters_are_bound_in_their_order() {
        assertThat(read(lake.guarded("SELECT name FROM duck WHERE id = ? AND name = ?", 2, "Bob")))
                .containsExactly("Bob");
        assertThat(read(lake.guarded("SELECT $2 || $1", "a", "b"))).containsExactly("ba");
        assertThat(read(lake.guarded("SELECT name FROM duck WHERE name = ?", "x' OR '1'='1")))
                .isEmpty();
        assertThatThrownBy(() -> read(lake.guarded("SELECT ?"))).isInstanceOf(QueryException.class);
    }

    @Test
    void columns_and_the_snapshot_are_known_before_the_first_row() {
        long newest = lake.info().snapshotId();
        try (RowCursor result =
                lake.guarded("SELECT id, name AS who FROM duck WHERE false").open()) {
            assertThat(result.columns())
                    .containsExactly(new RowCursor.Column("id", "INTEGER"), new RowCursor.Column("who", "VARCHAR"));
            assertThat(result.snapshotId()).isEqualTo(newest);
            assertThat(result.next()).isFalse();
        }
    }

    @Test
    void all_tables_and_views_are_read_at_the_snapshot_that_is_asked_for() {
        lake.execute("CREATE VIEW ducks AS SELECT * FROM duck");
        long before = lake.info().snapshotId();
        lake.execute("DELETE FROM duck WHERE id > 1");
        lake.execute("CREATE OR REPLACE VIEW ducks AS SELECT id FROM duck WHERE false");
        String sql = "SELECT (SELECT count(*) FROM duck) || ' ' || (SELECT count(*) FROM ducks)";

        assertThat(read(lake.guarded(sql))).containsExactly("1 0");
        assertThat(read(lake.guarded(sql).at(before))).containsExactly("3 3");
        assertThat(read(lake.guarded("SELECT count(*) FROM lake.main.duck d JOIN duck USING (id)")
                        .at(before)))
                .containsExactly("3");
        lake.execute("DROP TABLE duck");
        assertThat(read(lake.guarded(sql).at(before))).containsExactly("3 3");
        assertThatThrownBy(() -> read(lake.guarded("SELECT * FROM duck")))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("'duck' is no table or view of the lake at character 15");
    }

    @Test
    void a_time_means_the_newest_snapshot_that_is_as_old() {
        Instant now = lake.snapshots().get(lake.snapshots().size() - 1).time();
        lake.execute("DELETE FROM duck");

        assertThat(read(lake.guarded("SELECT count(*) FROM duck").at(now))).containsExactly("3");
        assertThatThrownBy(() -> read(lake.guarded("SELECT 1").at(Instant.EPOCH)))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        none -> assertThat(none.sqlState()).isEqualTo("02000"));
        assertThatThrownBy(() -> read(lake.guarded("SELECT 1").at(4711)))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("no snapshot 4711");
    }

    @Test
    void a_view_that_was_harmful_once_stays_refused_for_that_time() {
        lake.execute("CREATE VIEW changing AS SELECT * FROM duckdb_settings()");
        long harmful = lake.info().snapshotId();
        lake.execute("CREATE OR REPLACE VIEW changing AS SELECT 1 AS x");

        assertThat(read(lake.guarded("SELECT * FROM changing"))).containsExactly("1");
        assertThatThrownBy(() -> read(lake.guarded("SELECT * FROM changing").at(harmful)))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("in the view 'main.changing' at character 15: ")
                .hasMessageContaining("duckdb_settings");
    }

    @Test
    void a_view_reads_its_own_names_whatever_the_statement_calls_its_parts() {
        lake.execute("CREATE VIEW ducks AS SELECT name FROM duck WHERE id = 1");

        assertThat(read(lake.guarded("WITH duck AS (SELECT 7 AS id, 'fake' AS name) SELECT name FROM ducks")))
                .containsExactly("Ann");
    }

    @Test
    void a_macro_that_hides_a_function_closes_the_door() {
        for (String macro : List.of(
                "lower(x) AS (SELECT content FROM read_text('/etc/hostname'))",
                "\"+\"(a, b) AS 1",
                "array_extract(a, b) AS 1",
                "range(x) AS TABLE SELECT 1 AS y")) {
            lake.execute("CREATE MACRO " + macro);
            assertThatThrownBy(() -> read(lake.guarded("SELECT 1")))
                    .isInstanceOf(StatementRefusedException.class)
                    .hasMessageContaining("hides a function of the engine");
            String name = macro.substring(0, macro.indexOf('('));
            lake.execute("DROP MACRO " + (macro.contains("TABLE") ? "TABLE " : "") + name);
        }
        lake.execute("CREATE MACRO of_our_own(x) AS x + 1");
        assertThat(read(lake.guarded("SELECT 1"))).containsExactly("1");
        assertThatThrownBy(() -> read(lake.guarded("SELECT of_our_own(1)")))
                .isInstanceOf(StatementRefusedException.class);
    }

    @Test
    void a_limit_ends_the_rows() {
        assertThat(read(lake.guarded("SELECT id FROM duck ORDER BY id DESC").limit(2)))
                .containsExactly("3", "2");
        assertThat(read(lake.guarded("SELECT id FROM duck ORDER BY id LIMIT 3").limit(1)))
                .containsExactly("1");
        assertThat(read(lake.guarded("SELECT id FROM duck").limit(0))).isEmpty();
        assertThat(read(lake.guarded("SELECT i FROM range(100000000000) t(i)").limit(2)))
                .hasSize(2);
        assertThatThrownBy(() -> lake.guarded("SELECT 1").limit(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_large_limit_ends_the_rows_whether_they_are_streamed_or_made_at_once() {
        assertThat(read(lake.guarded("SELECT i FROM range(100000000000) t(i)").limit(20_000)))
                .hasSize(20_000);
        assertThat(read(lake.guarded("SELECT [i] FROM range(100000000000) t(i)").limit(20_000)))
                .hasSize(20_000);
        assertThat(read(lake.guarded("SELECT i FROM range(30000) t(i) ORDER BY i DESC")
                        .limit(20_000)))
                .hasSize(20_000)
                .startsWith("29999");
    }

    @Test
    void no_macro_can_say_which_snapshot_is_checked() {
        lake.execute("CREATE MACRO ducklake_current_snapshot(x) AS TABLE SELECT 0 AS id");
        lake.execute("CREATE MACRO current_snapshot() AS TABLE SELECT 0 AS id");
        List<Snapshot> all = lake.snapshots();

        try (RowCursor result = lake.guarded("SELECT count(*) FROM duck").open()) {
            assertThat(result.snapshotId()).isEqualTo(all.get(all.size() - 1).id());
        }
    }

    @Test
    void the_deadline_is_for_all_of_it() {
        assertThatThrownBy(() -> read(lake.guarded(ENDLESS).timeout(Duration.ofMillis(300))))
                .isInstanceOf(QueryTimeoutException.class);
        GuardedQuery slow =
                lake.guarded("SELECT i FROM range(100000000000) t(i)").timeout(Duration.ofMillis(700));
        assertThatThrownBy(() -> read(slow)).isInstanceOf(QueryTimeoutException.class);
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
    }

    @Test
    void rows_that_were_fetched_ahead_extended_the_deadline() {
        long started = System.nanoTime();

        GuardedQuery endless =
                lake.guarded("SELECT i FROM range(100000000000) t(i)").timeout(Duration.ofMillis(300));

        assertThatThrownBy(() -> {
                    try (RowCursor rows = endless.open()) {
                        while (rows.nextBatch() != null) {
                            // As fast as they come.
                        }
                    }
                })
                .isInstanceOf(QueryTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void an_interrupt_cancels_it() throws InterruptedException {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                read(lake.guarded(ENDLESS).timeout(Duration.ofMinutes(5)));
            } catch (QueryTimeoutException e) {
                thrown.complete(e);
            }
        });
        reader.start();
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 1);
        reader.interrupt();

        assertThat(thrown).succeedsWithin(Duration.ofSeconds(10));
        reader.join();
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
    }

    @Test
    void a_result_that_is_not_read_to_its_end_is_cancelled() {
        try (RowCursor result =
                lake.guarded("SELECT i FROM range(100000000000) t(i)").open()) {
            assertThat(result.next()).isTrue();
        }
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
        assertThat(read(lake.guarded("SELECT count(*) FROM duck"))).containsExactly("3");
    }

    @Test
    void errors_name_what_is_wrong_but_no_value() {
        assertThatThrownBy(() -> read(lake.guarded("SELEC 'row value 99'")))
                .isInstanceOfSatisfying(QueryException.class, syntax -> {
                    assertThat(syntax.sqlState()).isEqualTo("42601");
                    assertThat(syntax).hasMessage("the statement is no SQL that the engine understands at character 1");
                });
        assertThatThrownBy(() -> read(lake.guarded("SELECT no_such_column FROM duck")))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        failed -> assertThat(failed.sqlState()).isEqualTo("42703"));
    }

    @Test
    void very_long_and_very_deep_statements_are_refused() {
        String nested = "SELECT " + "abs(".repeat(900) + "1" + ")".repeat(900);
        String wide = "SELECT 1" + " + 1".repeat(30_000);
        for (String sql : List.of(nested, wide, "SELECT '" + "x".repeat(30_000) + "'", "SELECT '\0'")) {
            assertThatThrownBy(() -> read(lake.guarded(sql)))
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            refused -> assertThat(refused.sqlState()).isIn("42501", "42601"));
        }
        String conjunction =
                IntStream.range(0, 1000).mapToObj(i -> "id <> " + i).reduce("true", (a, b) -> a + " AND " + b);
        assertThat(read(lake.guarded("SELECT count(*) FROM duck WHERE " + conjunction)))
                .containsExactly("0");
    }

    @Test
    void rows_are_written_to_a_parquet_file() throws Exception {
        Path file = directory.resolve("it's.parquet");
        GuardedQuery query = lake.guarded("SELECT id, name FROM duck WHERE id >= ? ORDER BY id", 2);

        GuardedQuery.Written written = query.writeParquet(file);

        assertThat(written.rows()).isEqualTo(2);
        assertThat(written.snapshotId()).isEqualTo(lake.info().snapshotId());
        assertThat(new String(Files.readAllBytes(file), 0, 4, StandardCharsets.US_ASCII))
                .isEqualTo("PAR1");
        assertThat(lake.query("SELECT name FROM read_parquet(?)", file.toString())
                        .map(row -> String.valueOf(row.getString("name")))
                        .list())
                .containsExactly("Bob", "null");
        assertThat(query.limit(1).writeParquet(file).rows()).isEqualTo(1);
        assertThatThrownBy(() -> lake.guarded("SELECT * FROM read_text('x')").writeParquet(file))
                .isInstanceOf(StatementRefusedException.class);
        assertThatThrownBy(() -> lake.guarded("SELECT 1) TO 'x' --").writeParquet(file))
                .isInstanceOf(QueryException.class);
    }

    @Test
    void nothing_of_one_statement_reaches_the_next() throws ExecutionException, InterruptedException {
        List<CompletableFuture<List<String>>> all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> read(lake.guarded("SELECT id + ? FROM duck WHERE id = 1", i))))
                .toList();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).get()).containsExactly(String.valueOf(i + 1));
        }
        lake.execute("INSERT INTO duck VALUES (4, 'Dan')");
        assertThat(read(lake.guarded("SELECT count(*) FROM duck"))).containsExactly("4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT typeof($1) || $1::VARCHAR",
                "SELECT hash($1) || $1::VARCHAR",
                "SELECT count($1) || max($1::VARCHAR)",
                "SELECT {'a': $1}::VARCHAR || $1::VARCHAR",
                "SELECT (row($1) = row($1::VARCHAR))::VARCHAR",
                "SELECT (SELECT max(typeof($1)) FROM duck WHERE name <> $1) || $1"
            })
    void a_parameter_that_is_used_for_two_types_does_not_break_the_engine(String sql) {
        assertThat(read(lake.guarded(sql, "text"))).hasSize(1);
        assertThat(read(lake.guarded("SELECT count(*) FROM duck"))).containsExactly("3");
    }

    @Test
    void a_parameter_may_be_used_more_than_once() {
        assertThat(read(lake.guarded("SELECT name FROM duck WHERE name = $2 OR id = $1 AND $1 = 1", 1, "Bob")))
                .containsExactlyInAnyOrder("Ann", "Bob");
        assertThatThrownBy(() -> read(lake.guarded("SELECT $1 || $1", "a", "b")))
                .hasMessageContaining("has 1 parameters, 2 values were given");
        assertThatThrownBy(() -> read(lake.guarded("SELECT $2 || $2 || $1", "a")))
                .hasMessageContaining("has 2 parameters, 1 values were given");
    }

    @Test
    void batches_hold_the_rows_that_come_next_up_to_the_limit() {
        String sql = "SELECT n, CASE WHEN n % 3 > 0 THEN n END AS some, n / 2 AS half, 'n' || n AS text"
                + " FROM (SELECT range AS n FROM range(50000))";
        long count = 1;
        try (RowCursor rows = lake.guarded(sql).limit(30_000).open()) {
            assertThat(rows.next()).isTrue();
            for (RowBatch batch = rows.nextBatch(); batch != null; batch = rows.nextBatch()) {
                for (int i = 0; i < batch.size(); i++, count++) {
                    assertThat(batch.getLong(0, i)).isEqualTo(count);
                    assertThat(batch.isNull(1, i)).isEqualTo(count % 3 == 0);
                    assertThat(batch.get(1, i)).isEqualTo(count % 3 == 0 ? null : count);
                    assertThat(batch.getDouble(2, i)).isEqualTo(count / 2.0);
                    assertThat(batch.get(3, i)).isEqualTo("n" + count);
                }
            }
            assertThat(rows.next()).isFalse();
        }
        assertThat(count).isEqualTo(30_000);
    }
}
