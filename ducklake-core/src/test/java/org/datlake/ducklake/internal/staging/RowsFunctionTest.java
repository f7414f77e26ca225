package org.datlake.ducklake.internal.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
