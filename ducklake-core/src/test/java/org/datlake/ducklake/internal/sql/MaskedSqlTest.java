package org.datlake.ducklake.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedSqlTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "SELECT * FROM t WHERE id = 42 AND name = 'x''y' => SELECT * FROM t WHERE id = ? AND name = ?",
                "SELECT\\n\\t a ,  b FROM t LIMIT 10 => SELECT a , b FROM t LIMIT ?",
                "SELECT 1, 1.5, .5, 1e-5, 0xFF, 1_000 => SELECT ?, ?, ?, …",
                "SELECT 1.5 + .5 * 1e-5 - 0xFF / 1_000 => SELECT ? + ? * ? - ? / ?",
                "SELECT a1, t1.b2 FROM t1 => SELECT a1, t1.b2 FROM t1",
                "SELECT \"a 1\".\"b\"\"c\" FROM \"t 1\" => SELECT \"a 1\".\"b\"\"c\" FROM \"t 1\"",
                "SELECT E'a\\'b' || $$secret$$ || $tag$ se'cret $x$ $tag$ => SELECT ? || ? || ?",
                "SELECT x'AB' || b'01' || n'a' || U&'\\0041' => SELECT ? || ? || ? || ?",
                "SELECT DATE '2020-01-01', INTERVAL 3 DAY => SELECT DATE ?, INTERVAL ? DAY",
                "SELECT a FROM t WHERE b = ? AND c = $1 AND d = $name => SELECT a FROM t WHERE b = ? AND c = $1 AND d = $name",
                "SELECT a FROM t ORDER BY #1 => SELECT a FROM t ORDER BY #1",
                "SELECT ok = TRUE, NULL FROM t WHERE b IS NOT NULL => SELECT ok = ?, NULL FROM t WHERE b IS NOT NULL",
                "SELECT 1 -- secret\\n FROM t => SELECT ? FROM t",
                "SELECT /* a /* secret */ secret */ 1 /* secret => SELECT ?",
                "-- secret\\nSELECT 1 => SELECT ?",
                "SELECT a[1:3], {'k': 'v'}, [1, 2] FROM t => SELECT a[?:?], {?: ?}, [?, ?] FROM t",
                "SELECT a::DECIMAL(10, 2) FROM t => SELECT a::DECIMAL(?, ?) FROM t",
                "SELECT * FROM t WHERE a IN (1,2,3,4,5) AND b IN ('x', 'y') => SELECT * FROM t WHERE a IN (?, ?, ?, …) AND b IN (?, ?)",
                "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', 3) => INSERT INTO t VALUES (?, ?, NULL), (?, ?, ?)",
                "SELECT 'open => SELECT ?",
                "SELECT \"open secret => SELECT ?",
                "SELECT $$open secret => SELECT ?",
                "SELECT 5and6 => SELECT ?",
                "SELECT 'a' 'b' => SELECT ? ?",
                "SELECT 1; DROP TABLE t => SELECT ?; DROP TABLE t",
                "CREATE TABLE t (a VARCHAR DEFAULT 'x') => CREATE TABLE t (a VARCHAR DEFAULT ?)",
                "COPY t TO 's3://b/secret' (FORMAT parquet) => COPY t TO ? (FORMAT parquet)",
                "FROM 'secret.csv' => FROM ?",
            })
    void values_are_masked_and_names_are_not(String sql, String masked) {
        assertThat(MaskedSql.statement(sql.replace("\\n", "\n").replace("\\t", "\t")))
                .isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "SET s3_secret_access_key = abc => SET …",
                "PRAGMA memory_limit=abc => PRAGMA …",
                "ATTACH 'postgres:password=abc' AS p => ATTACH …",
                "CREATE OR REPLACE PERSISTENT SECRET s (TYPE s3, KEY_ID abc) => CREATE …",
                "create /* x */ secret (TYPE s3, SECRET abc) => CREATE …",
                "EXECUTE abc(1) => EXECUTE …",
                "hunter2 => OTHER …",
                "(SELECT 'abc') => OTHER …",
                "` ` => OTHER …",
            })
    void of_statements_that_may_hold_values_in_another_form_only_the_verb_is_shown(String sql, String masked) {
        assertThat(MaskedSql.statement(sql)).isEqualTo(masked);
    }

    @Test
    void long_statements_are_cut_off() {
        assertThat(MaskedSql.statement("SELECT " + "a, ".repeat(5000) + "a FROM t"))
                .startsWith("SELECT a, a, ")
                .endsWith("…")
                .hasSize(2001);
        assertThat(MaskedSql.statement("SELECT '" + "x".repeat(1_000_000) + "' FROM t"))
                .isEqualTo("SELECT ? FROM t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", " \n--c\nSELECT 1", "/* c */ Select"})
    void the_verb_is_found_behind_comments(String sql) {
        assertThat(MaskedSql.verb(sql)).isEqualTo("SELECT");
    }

    @Test
    void a_verb_is_one_of_a_few() {
        assertThat(MaskedSql.verb("MERGE INTO t")).isEqualTo("MERGE");
        assertThat(MaskedSql.verb("hunter2")).isEqualTo("OTHER");
        assertThat(MaskedSql.verb("")).isEqualTo("OTHER");
    }

    @Test
    void conditions_of_plans_are_masked_and_their_column_numbers_are_not() {
        assertThat(MaskedSql.expression("(contains(name, 'q''uo te') OR id<=2999)"))
                .isEqualTo("(contains(name, ?) OR id<=?)");
        assertThat(MaskedSql.expression("__internal_compress_integral_usmallint(#1, 17)"))
                .isEqualTo("__internal_compress_integral_usmallint(#1, ?)");
    }
}
