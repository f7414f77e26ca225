package org.datlake.ducklake.launcher.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTypeTest {

    private static String shown(SqlType type) {
        String numbers = type.numbers().isEmpty() ? "" : type.numbers().toString();
        List<SqlType.Member> members = type.members();
        return type.name()
                + numbers
                + (members.isEmpty()
                        ? ""
                        : members.stream()
                                .map(member -> member.name() + ": " + shown(member.type()))
                                .collect(Collectors.joining("; ", "<", ">")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INTEGER | INTEGER",
                "TIMESTAMP WITH TIME ZONE | TIMESTAMP WITH TIME ZONE",
                "DECIMAL(12,2) | DECIMAL[12, 2]",
                "VARCHAR[] | LIST<item: VARCHAR>",
                "INTEGER[3] | LIST<item: INTEGER>",
                "DECIMAL(4,1)[][] | LIST<item: LIST<item: DECIMAL[4, 1]>>",
                "ENUM('it''s (', 'b]')[] | LIST<item: ENUM>",
                "STRUCT(a INTEGER, \"b \"\"c, d\" VARCHAR[]) | STRUCT<a: INTEGER; b \"c, d: LIST<item: VARCHAR>>",
                "MAP(VARCHAR, STRUCT(x DOUBLE)) | MAP<key: VARCHAR; value: STRUCT<x: DOUBLE>>",
                "UNION(num INTEGER, str VARCHAR) | UNION",
                "STRUCT(a MAP(INTEGER, DATE)[], b TIME)[] | LIST<item: STRUCT<a: LIST<item: MAP<key: INTEGER; value: DATE>>; b: TIME>>",
            })
    void types_are_read_from_their_names(String text, String expected) {
        assertThat(shown(SqlType.parse(text))).isEqualTo(expected);
    }
}
