package org.datlake.ducklake.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT 1;",
                "SELECT 1; ; \n -- the end",
                "SELECT 1 /* ; SELECT 2 */",
                "SELECT ';' || 'it''s; fine'",
                "SELECT \"a;b\" FROM \"x\"\"y;z\"",
                "SELECT $$ one; two $$, $tag$ a $$ ; b $tag$",
                "SELECT E'it\\'s; fine', e'\\\\'",
                "-- a comment; with a semicolon\nSELECT 1",
                "SELECT 1 /* outer /* inner */ ; */",
                "SELECT $1",
                "SELECT a$b FROM t -- it's"
            })
    void one_statement_is_seen_as_one(String sql) {
        assertThat(Statements.isSingle(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; SELECT 2",
                "SELECT ';'; SELECT 2",
                "SELECT 'it\\'; DROP TABLE t",
                "SELECT 1;/* and */DROP TABLE t",
                "SELECT $$ ; $$; DELETE FROM t",
                "SELECT \"a;b\"; DELETE FROM t",
                "SELECT 1 -- one\n; SELECT 2",
                "; SELECT 1; SELECT 2"
            })
    void several_are_seen_as_several(String sql) {
        assertThat(Statements.isSingle(sql)).isFalse();
    }
}
