package org.datlake.ducklake.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

    private static String asked(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                " with spaces ",
                "it's",
                "''",
                "'; DROP TABLE t; --",
                "back\\slash",
                "\\'",
                "\"double\"",
                "tab\tand\nnewline\r\n",
                "$$dollar$$",
                "a=b host=elsewhere",
                "percent%_",
                "ünï©ödé",
                "🦆",
                "?",
                "{x}",
                "/* comment */ -- x",
                "E'\\n'"
            })
    void the_engine_reads_a_literal_as_the_text_it_was_made_of(String text) throws SQLException {
        assertThat(asked("SELECT " + SqlText.literal(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "Mixed Case", "select", "dou\"ble", "\"\"", "it's", "a.b", "tab\t", "ünï", "🦆", "x; --"
            })
    void the_engine_reads_an_identifier_as_the_name_it_was_made_of(String name) throws SQLException {
        assertThat(asked("SELECT column_name FROM (DESCRIBE SELECT 1 AS " + SqlText.identifier(name) + ")"))
                .isEqualTo(name);
    }

    @Test
    void a_text_that_no_engine_can_read_is_refused() {
        assertThatThrownBy(() -> SqlText.literal("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL")
                .hasMessageNotContaining("a\0b");
    }

    @Test
    void a_map_keeps_its_keys_and_values() throws SQLException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("TYPE", "postgres");
        values.put("it's", "a \"quoted\" 'value'");
        String map = SqlText.map(values);

        assertThat(asked("SELECT " + map + "['TYPE']")).isEqualTo("postgres");
        assertThat(asked("SELECT " + map + "['it''s']")).isEqualTo("a \"quoted\" 'value'");
        assertThat(asked("SELECT cardinality(" + map + ")")).isEqualTo("2");
    }
}
