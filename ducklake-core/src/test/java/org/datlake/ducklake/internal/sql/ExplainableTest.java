package org.datlake.ducklake.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainableTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT ';'",
                "SELECT \";\" FROM t;",
                "select 1 ; -- ; \n /* ; */",
                "FROM t",
                "WITH a AS (SELECT 1) INSERT INTO t FROM a",
                "INSERT INTO t VALUES (1)",
                "UPDATE t SET a = $$;$$",
                "DELETE FROM t",
                "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
            })
    void one_statement_that_reads_or_writes_rows_is(String sql) {
        assertThat(Explainable.is(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1; DROP TABLE t",
                "SELECT 1;;",
                "SELECT /* */ 1; SELECT 2",
                "ANALYZE SELECT 1",
                "EXPLAIN SELECT 1",
                "CREATE TABLE t AS SELECT 1",
                "CALL lake.merge_adjacent_files()",
                "SET threads = 1",
                "SELECT * FROM t PIVOT (count(*) FOR name IN ('a'))",
                "FROM (pivot t ON name)",
            })
    void anything_else_is_not(String sql) {
        assertThat(Explainable.is(sql)).isFalse();
    }

    @Test
    void what_is_very_long_is_not() {
        assertThat(Explainable.is("SELECT '" + "x".repeat(100_000) + "'")).isFalse();
    }
}
