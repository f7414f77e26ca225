package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that must be refused, and statements that people need: the former never run, the latter all do. */
class GuardedCorpusTest {

    private static DuckLakeClient lake;

    @BeforeAll
    static void make(@TempDir Path directory) {
        lake = TestLake.open(directory);
        for (String table : statements("tpch-tables.sql")) {
            lake.execute(table);
        }
        for (String sql : List.of(
                "CREATE TABLE t (a INTEGER, b VARCHAR)",
                "INSERT INTO t VALUES (1, 'row value 4711')",
                "CREATE SCHEMA \"odd schema\"",
                "CREATE TABLE \"odd schema\".\"Größe/x.csv\" AS SELECT 1 AS v",
                "CREATE VIEW \"odd schema\".view_beside AS SELECT v FROM \"odd schema\".\"Größe/x.csv\"",
                "CREATE VIEW rich_customers(name, balance) AS SELECT c_name, c_acctbal FROM customer WHERE c_acctbal > 100",
                "CREATE VIEW very_rich_customers AS SELECT * FROM lake.main.rich_customers WHERE balance > 900",
                "CREATE VIEW view_of_file AS SELECT * FROM read_text('/etc/hostname')",
                "CREATE VIEW view_of_view AS SELECT * FROM view_of_file",
                "CREATE VIEW view_of_secrets AS SELECT * FROM duckdb_secrets()",
                "CREATE VIEW view_of_settings AS SELECT * FROM duckdb_settings()",
                "CREATE MACRO getenv_macro() AS 1",
                "CREATE VIEW view_of_macro AS SELECT getenv_macro() AS x",
                "CREATE MACRO table_macro(p) AS TABLE SELECT * FROM read_text(p)",
                "CREATE MACRO scalar_macro() AS (SELECT content FROM read_text('/etc/hostname'))")) {
            lake.execute(sql);
        }
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    static Stream<String> hostile() {
        return lines("hostile.txt");
    }

    static Stream<String> analytical() {
        return lines("analytical.txt");
    }

    static List<String> tpch() {
        return statements("tpch.sql");
    }

    @Test
    void the_corpora_are_as_large_as_they_should_be() {
        assertThat(hostile()).hasSizeGreaterThan(250);
        assertThat(analytical()).hasSizeGreaterThan(90);
        assertThat(tpch()).hasSize(22);
    }

    @ParameterizedTest
    @MethodSource
    void hostile(String line) {
        String[] parts = line.replace("\\n", "\n").split(" \\| ", 2);
        String sql = parts[parts.length - 1];
        assertThatThrownBy(() -> lake.guarded(sql).open().close())
                .isInstanceOfSatisfying(QueryException.class, refused -> {
                    assertThat(refused.sqlState()).isIn("42501", "42601");
                    if (parts.length == 2) {
                        assertThat(refused).isInstanceOf(StatementRefusedException.class);
                        assertThat(refused.getMessage())
                                .startsWith("refused: ")
                                .containsIgnoringCase(parts[0].replace("\\\\", "\\"))
                                .doesNotContain("row value 4711");
                    }
                });
    }

    @ParameterizedTest
    @MethodSource
    void analytical(String sql) {
        assertSameAsUnguarded(sql);
    }

    @ParameterizedTest
    @MethodSource
    void tpch(String sql) {
        assertSameAsUnguarded(sql);
    }

    /** What is run is another text than what was sent; it must mean the same, to the names of columns. */
    private static void assertSameAsUnguarded(String sql) {
        List<Row> plain = lake.query(sql).list();
        List<String> columns;
        List<String> rows = new ArrayList<>();
        try (RowCursor result = lake.guarded(sql).open()) {
            columns = result.columns().stream().map(RowCursor.Column::name).toList();
            while (result.next()) {
                rows.add(values(result.row()));
            }
        }
        if (!sql.contains("SAMPLE")) {
            assertThat(rows)
                    .containsExactlyInAnyOrderElementsOf(
                            plain.stream().map(GuardedCorpusTest::values).toList());
        }
        if (!plain.isEmpty()) {
            assertThat(columns).hasSameSizeAs(plain.get(0).columns());
            for (int i = 0; i < columns.size(); i++) {
                // An expression without a name is called by its text, which the engine does not always write alike.
                String name = plain.get(0).columns().get(i);
                assertThat(columns.get(i)).isEqualTo(name.matches("[\\w ]+|\\w+\\(\\w+\\)") ? name : columns.get(i));
            }
        }
    }

    private static String values(Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.columns().size(); i++) {
            values.add(String.valueOf(row.get(i, Object.class)));
        }
        return values.toString();
    }

    private static Stream<String> lines(String name) {
        return text(name).lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    private static List<String> statements(String name) {
        return Arrays.stream(text(name).split(";\\s*\n"))
                .filter(sql -> !sql.isBlank())
                .toList();
    }

    private static String text(String name) {
        try (InputStream file = Objects.requireNonNull(
                GuardedCorpusTest.class.getResourceAsStream("/org/datlake/ducklake/guard/" + name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
