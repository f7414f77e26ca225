package org.datlake.ducklake.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracelessTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "  \n select 1",
                "-- why\nUPDATE t SET i = 1",
                "/* SET x */ DELETE FROM t",
                "/* a * b */ -- c\n MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
                "WITH a AS (SELECT 1) SELECT * FROM a",
                "FROM t",
                "VALUES (1)"
            })
    void rows_come_and_go_without_a_trace(String sql) {
        assertThat(Traceless.is(sql)).isTrue();
    }

    @Test
    void a_long_comment_overflowed_the_stack() {
        assertThat(Traceless.is("/*" + " why *".repeat(50_000) + "*/" + "--\n".repeat(50_000) + "SELECT 1"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET threads = 1",
                "USE other",
                "CREATE TEMP TABLE t (i INTEGER)",
                "create table t (i integer)",
                "PRAGMA threads=1",
                "BEGIN",
                "SELECT 1; SET threads = 1",
                "SELECT SetSeed(0.5)",
                "-- SELECT\nSET threads = 1",
                "/* SELECT */ ATTACH ':memory:' AS x",
                "SELECTED",
                "",
                "(SELECT 1)",
                "LOAD httpfs",
                "CALL lake.set_commit_message('a', 'b')"
            })
    void anything_else_may_leave_one(String sql) {
        assertThat(Traceless.is(sql)).isFalse();
    }
}
