package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements are kept prepared, and the driver keeps the columns they had: a change of the schema must show. */
class SchemaChangeTest {

    @TempDir
    Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (a INTEGER, b VARCHAR)");
        lake.execute("INSERT INTO t VALUES (1, 'x')");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static Map<String, @Nullable Object> columnsOf(Row row) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        row.columns().forEach(name -> columns.put(name, row.get(name)));
        return columns;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ALTER TABLE t ADD COLUMN c INTEGER DEFAULT 7              | {a=1, b=x, c=7}
            ALTER TABLE t RENAME COLUMN a TO z                        | {z=1, b=x}
            ALTER TABLE t DROP COLUMN a                               | {b=x}
            ALTER TABLE t ALTER COLUMN a TYPE BIGINT                  | {a=1, b=x}
            CREATE OR REPLACE TABLE t AS SELECT 'x' AS b, 1 AS a      | {b=x, a=1}
            CREATE OR REPLACE TABLE t AS SELECT [1] AS a, 'x' AS b    | {a=[1], b=x}
            CREATE OR REPLACE TABLE t AS SELECT UUID '8a2a1e4c-1c6f-4d0e-9f5e-0123456789ab' AS a, 'x' AS b | {a=8a2a1e4c-1c6f-4d0e-9f5e-0123456789ab, b=x}
            """)
    void a_query_that_was_run_before_shows_the_new_columns(String change, String columns) {
        Query<String> query =
                lake.query("SELECT * FROM t").map(row -> columnsOf(row).toString());
        for (int i = 0; i < 4; i++) {
            assertThat(query.one()).isEqualTo("{a=1, b=x}");
        }

        lake.execute(change);

        for (int i = 0; i < 4; i++) {
            assertThat(query.one()).isEqualTo(columns);
        }
    }

    @Test
    void a_prepared_statement_of_jdbc_shows_the_new_columns() throws SQLException {
        try (Connection connection = lake.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT * FROM t")) {
            for (String name : new String[] {"a", "z"}) {
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getMetaData().getColumnName(1)).isEqualTo(name);
                    assertThat(rows.getInt(name)).isEqualTo(1);
                }
                if (name.equals("a")) {
                    lake.execute("ALTER TABLE t RENAME COLUMN a TO z");
                }
            }
        }
    }

    /** Run in a later transaction than the one it was planned in, an INSERT has brought the whole JVM down. */
    @Test
    void a_prepared_insert_outlives_changes_of_the_schema() throws SQLException {
        try (Connection connection = lake.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (b) VALUES (?)")) {
            for (int i = 0; i < 20; i++) {
                insert.setString(1, "text " + i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                if (i % 5 == 0) {
                    lake.execute("ALTER TABLE t ADD COLUMN c" + i + " INTEGER");
                }
            }
        }

        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(21);
    }
}
