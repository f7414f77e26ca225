package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkLoadRowsTest {

    @TempDir
    private Path directory;

    private DuckLakeClient lake;

    enum Side {
        BUY,
        SELL
    }

    record Trade(long id, Side side, @Nullable String tradedBy, double price, Instant at) {}

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR, amount DECIMAL(12, 2))");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static Iterator<@Nullable Object[]> rows(@Nullable Object[]... rows) {
        return List.<@Nullable Object[]>of(rows).iterator();
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    private long count() {
        return lake.query("SELECT count(*) FROM t").as(Long.class).one();
    }

    @Test
    void rows_go_to_the_columns_in_their_order() {
        LoadResult result = lake.load("t").fromRows(rows(row(1L, "a", new BigDecimal("1.25")), row(2, null, null)));
        lake.load("t").byPosition("name", "id").fromRows(rows(row("c", 3)));

        assertThat(result.rows()).hasValue(2);
        assertThat(lake.query("SELECT id || coalesce(name, '-') || coalesce(amount, 0) AS x FROM t ORDER BY id")
                        .as(String.class)
                        .list())
                .containsExactly("1a1.25", "2-0.00", "3c0.00");
    }

    @Test
    void records_create_their_table() {
        List<Trade> trades = IntStream.range(0, 20_000)
                .mapToObj(i -> new Trade(
                        i,
                        i % 2 == 0 ? Side.BUY : Side.SELL,
                        i % 3 == 0 ? null : "trader " + i,
                        i / 4.0,
                        Instant.ofEpochSecond(i)))
                .toList();

        LoadResult result = lake.load("trades").createTable().fromRecords(Trade.class, trades.iterator());
        lake.load("trades").fromRecords(Trade.class, trades.subList(0, 1).iterator());

        assertThat(result.rows()).hasValue(20_000);
        assertThat(lake.query("SELECT * FROM trades ORDER BY id OFFSET 1")
                        .as(Trade.class)
                        .list())
                .isEqualTo(trades);
    }

    @Test
    void a_million_rows_are_one_snapshot_and_few_files() {
        int before = lake.snapshots().size();

        lake.load("t")
                .fromRows(LongStream.range(0, 1_000_000)
                        .mapToObj(i -> new @Nullable Object[] {i, "name " + i % 100, null})
                        .iterator());

        assertThat(count()).isEqualTo(1_000_000);
        assertThat(lake.snapshots()).hasSize(before + 1);
        assertThat(lake.query("SELECT count(*) FROM ducklake_list_files('lake', 't')")
                        .as(Long.class)
                        .one())
                .isBetween(1L, 2L);
    }

    @Test
    void a_bad_row_is_named_by_number_and_column_and_nothing_is_loaded() {
        assertThatThrownBy(() -> lake.load("t").fromRows(rows(row(1L, "a", null), row("CANARY", "b", null))))
                .isInstanceOf(LoadException.class)
                .hasMessage("row 2, column \"id\": expected Long, got String");
        assertThatThrownBy(() -> lake.load("t").fromRows(rows(row(1L, "a", null), row(null, "b", null))))
                .isInstanceOf(LoadException.class)
                .hasMessage("row 2, column \"id\": NULL is not allowed here");
        assertThatThrownBy(() -> lake.load("t").fromRows(rows(row(1L, "a", null), row(2L, "a", "CANARY"))))
                .isInstanceOf(LoadException.class)
                .hasMessage("row 2, column \"amount\": the value does not fit the column's type")
                .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("CANARY"));
        assertThatThrownBy(() -> lake.load("t").fromRows(rows(row(1L, "{SNAPSHOT_ID}", null))))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("row 1, column \"name\"");
        assertThatThrownBy(() -> lake.load("t").fromRows(rows(row(1L, "a"))))
                .isInstanceOf(LoadException.class)
                .hasMessage("row 1: the row has 2 values, the table takes 3");
        assertThatThrownBy(() -> lake.load("missing").fromRows(rows(row(1L))))
                .isInstanceOf(QueryException.class)
                .extracting(e -> ((QueryException) e).sqlState())
                .isEqualTo("42P01");
        assertThat(count()).isZero();
    }

    @Test
    void what_the_source_throws_is_passed_on_and_nothing_is_loaded() {
        Iterator<@Nullable Object[]> failing = new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public @Nullable Object[] next() {
                if (next++ == 50_000) {
                    throw new IllegalStateException("the source broke");
                }
                return new @Nullable Object[] {next, null, null};
            }
        };

        assertThatThrownBy(() -> lake.load("t").fromRows(failing)).hasMessage("the source broke");
        assertThat(count()).isZero();
    }

    @Test
    void progress_is_told_and_may_end_the_load() {
        List<Long> told = new ArrayList<>();
        Iterator<@Nullable Object[]> many = LongStream.range(0, 100_000)
                .mapToObj(i -> new @Nullable Object[] {i, null, null})
                .iterator();

        assertThatThrownBy(() -> lake.load("t")
                        .progress(progress -> {
                            told.add(progress.rows());
                            throw new IllegalStateException("enough");
                        })
                        .fromRows(many))
                .hasMessage("enough");

        assertThat(told).hasSize(1);
        assertThat(told.get(0)).isBetween(1L, 100_000L);
        assertThat(count()).isZero();
    }

    @Test
    void rows_that_come_again_under_the_same_key_are_loaded_once() {
        LoadResult first = lake.load("t").idempotencyKey("k").fromRows(rows(row(1L, "a", null)));
        LoadResult second = lake.load("t").idempotencyKey("k").fromRows(rows(row(1L, "a", null)));

        assertThat(second.committed().repeated()).isTrue();
        assertThat(second.committed().snapshotId()).isEqualTo(first.committed().snapshotId());
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void a_result_of_another_database_is_loaded_with_its_types() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = other.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT i AS id, i::SMALLINT AS s, 'n' || i AS name, (i / 4)::DECIMAL(10, 2) AS amount, "
                                + "DATE '2024-01-01' + i::INT AS day, TIMESTAMP '2024-01-01 10:00:00.123456' AS at, "
                                + "TIMESTAMPTZ '2024-01-01 10:00:00+02' AS zoned, i % 2 = 0 AS even, "
                                + "'ab'::BLOB AS bytes, CASE WHEN i = 3 THEN NULL ELSE i END AS maybe "
                                + "FROM range(10000) r(i)")) {
            LoadResult loaded = lake.load("copied").createTable().fromResultSet(result);

            assertThat(loaded.rows()).hasValue(10_000);
        }
        assertThat(lake.query("SELECT column_type FROM (DESCRIBE copied)")
                        .as(String.class)
                        .list())
                .containsExactly(
                        "BIGINT",
                        "SMALLINT",
                        "VARCHAR",
                        "DECIMAL(10,2)",
                        "DATE",
                        "TIMESTAMP",
                        "TIMESTAMP WITH TIME ZONE",
                        "BOOLEAN",
                        "BLOB",
                        "BIGINT");
        Row third = lake.query("SELECT * FROM copied WHERE id = 3").one();
        assertThat(third.get("amount", BigDecimal.class)).isEqualTo("0.75");
        assertThat(third.get("day", LocalDate.class)).isEqualTo("2024-01-04");
        assertThat(third.get("at", String.class)).endsWith(".123456");
        assertThat(third.get("zoned", Instant.class)).isEqualTo("2024-01-01T08:00:00Z");
        assertThat(third.isNull("maybe")).isTrue();
    }

    @Test
    void a_result_whose_columns_the_table_lacks_is_refused() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = other.createStatement()) {
            assertThatThrownBy(() -> lake.load("t").fromResultSet(statement.executeQuery("SELECT 1 AS idd")))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("no column \"idd\"");
            lake.load("t").byPosition("id").fromResultSet(statement.executeQuery("SELECT 1 AS idd"));
            assertThatThrownBy(
                            () -> lake.load("m").createTable().fromResultSet(statement.executeQuery("SELECT [1] AS l")))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("\"l\"");
        }
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void half_a_gigabyte_of_rows_passes_a_heap_of_64_megabytes() throws Exception {
        lake.close();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Large.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();

        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
        lake = TestLake.open(directory);
        assertThat(count()).isEqualTo(Large.ROWS);
    }

    /** Runs in a JVM of its own. */
    static final class Large {

        static final int ROWS = 250_000;

        public static void main(String[] arguments) {
            String text = "x".repeat(1000);
            try (DuckLakeClient lake = TestLake.open(Path.of(arguments[0]))) {
                lake.load("t")
                        .fromRows(LongStream.range(0, ROWS)
                                .mapToObj(i -> new @Nullable Object[] {i, text + i, null})
                                .iterator());
            }
        }
    }
}
