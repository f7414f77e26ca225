package org.datlake.ducklake.internal.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows of Java in the FROM clause, asked for by the engine itself. */
class RowsFunctionTest {

    private static final TableShape SHAPE = new TableShape(
            "main",
            "t",
            List.of(
                    new TableShape.Column("n", "BIGINT", StageType.BIGINT),
                    new TableShape.Column("s", "VARCHAR", StageType.VARCHAR)));

    private DuckDBConnection connection;
    private RowsFunction function;

    @BeforeEach
    void register() throws SQLException {
        connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
        function = RowsFunction.register(connection);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void parts_of_any_size_come_in_their_order() throws SQLException {
        List<StagedRows> parts = new ArrayList<>();
        long first = 0;
        for (int size : new int[] {0, 1, 3000, 0, 0, 70_000, 2048, 1}) {
            parts.add(part(first, size));
            first += size;
        }

        try (RowsFunction.Handed rows = function.hand(SHAPE, parts)) {
            run("CREATE TABLE t AS SELECT c0, c1 FROM " + rows.source());
        }

        assertThat(read("SELECT count(*) FROM t")).isEqualTo(first);
        assertThat(read("SELECT count(*) FROM t WHERE c0 <> rowid")).isZero();
        assertThat(read("SELECT count(*) FROM t WHERE c1 IS DISTINCT FROM if(c0 % 3 = 0, NULL, 'Grüße 😀 ' || c0)"))
                .isZero();
    }

    @Test
    void no_rows_at_all_are_none() throws SQLException {
        try (RowsFunction.Handed rows = function.hand(SHAPE, List.of(part(0, 0)))) {
            assertThat(read("SELECT count(*) FROM " + rows.source())).isZero();
        }
    }

    @Test
    void rows_that_were_taken_back_are_gone() {
        RowsFunction.Handed rows = function.hand(SHAPE, List.of(part(0, 1)));
        rows.close();

        assertThatThrownBy(() -> read("SELECT count(*) FROM " + rows.source()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no such rows");
    }

    @Test
    void values_of_each_kind_arrive_as_they_were_beside_nulls_and_without() throws SQLException {
        TableShape shape = new TableShape(
                "main",
                "t",
                List.of(
                        column("i", "INTEGER"),
                        column("d", "DOUBLE"),
                        column("day", "DATE"),
                        column("at", "TIMESTAMP"),
                        column("tz", "TIMESTAMP WITH TIME ZONE")));
        List<StagedRows> parts = new ArrayList<>();
        int number = 0;
        // With NULLs in every second part; of sizes that end within a word of 64 bits, and with it.
        for (int size : new int[] {1, 63, 64, 65, 127, 2048, 5}) {
            StagedRows part = new StagedRows(shape.columns(), size);
            for (int i = 0; i < size; i++, number++) {
                boolean isNull = parts.size() % 2 == 1 && number % 7 == 0;
                LocalDateTime time = LocalDateTime.of(1969, 12, 31, 23, 59).plusSeconds(number);
                part.add(0, isNull ? null : number - 100);
                part.add(1, isNull ? null : number / -4.0);
                part.add(2, isNull ? null : LocalDate.of(1969, 12, 1).plusDays(number));
                part.add(3, isNull ? null : time);
                part.add(4, isNull ? null : time.atOffset(ZoneOffset.UTC));
                part.endRow();
            }
            parts.add(part);
        }

        try (RowsFunction.Handed rows = function.hand(shape, parts)) {
            run("CREATE TABLE t AS SELECT c0 AS i, c1 AS d, c2 AS day, make_timestamp(c3) AS ts, c4 AS tz FROM "
                    + rows.source());
        }

        assertThat(read("SELECT count(*) FROM t")).isEqualTo(number);
        String differs = "i <> rowid - 100 OR d <> rowid / -4.0 OR day <> DATE '1969-12-01' + rowid::INTEGER"
                + " OR ts <> TIMESTAMP '1969-12-31 23:59:00' + to_seconds(rowid)"
                + " OR tz <> TIMESTAMPTZ '1969-12-31 23:59:00+00' + to_seconds(rowid)";
        assertThat(read("SELECT count(*) FROM t WHERE " + differs)).isZero();
        long nulls = read("SELECT count(*) FROM t WHERE i IS NULL");
        assertThat(nulls).isBetween(300L, 320L);
        assertThat(read("SELECT count(*) FROM t WHERE i IS NULL AND d IS NULL AND day IS NULL AND ts IS NULL"
                        + " AND tz IS NULL AND rowid % 7 = 0"))
                .isEqualTo(nulls);
    }

    @Test
    void short_and_long_texts_are_equal_to_what_the_engine_makes_of_them() throws SQLException {
        List<String> texts =
                List.of("", "a", "elf Zeichen", "exactly12byt", "thirteen byte", "größe größe", "é".repeat(6));
        StagedRows part = new StagedRows(SHAPE.columns(), 3 * texts.size());
        for (int i = 0; i < 3 * texts.size(); i++) {
            part.add(0, i % texts.size());
            part.add(1, texts.get(i % texts.size()));
            part.endRow();
        }

        try (RowsFunction.Handed rows = function.hand(SHAPE, List.of(part))) {
            run("CREATE TABLE t AS SELECT c0 AS n, c1 AS s FROM " + rows.source());
        }

        for (int i = 0; i < texts.size(); i++) {
            assertThat(read("SELECT count(*) FROM t WHERE n = " + i + " AND s = '" + texts.get(i) + "'"))
                    .as(texts.get(i))
                    .isEqualTo(3);
        }
        assertThat(read("SELECT count(DISTINCT s) FROM t")).isEqualTo(texts.size());
    }

    @Test
    void the_memory_of_vectors_is_within_reach_in_this_version_of_the_driver() {
        assertThat(VectorMemory.isWithinReach()).isTrue();
    }

    private static TableShape.Column column(String name, String type) {
        return new TableShape.Column(name, type, StageType.of(type));
    }

    private static StagedRows part(long first, int size) {
        StagedRows part = new StagedRows(SHAPE.columns(), size);
        for (long n = first; n < first + size; n++) {
            part.add(0, n);
            part.add(1, n % 3 == 0 ? null : "Grüße 😀 " + n);
            part.endRow();
        }
        return part;
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long read(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
