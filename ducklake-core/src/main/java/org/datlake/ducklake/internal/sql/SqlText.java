package org.datlake.ducklake.internal.sql;

import java.util.Map;
import java.util.stream.Collectors;

/** Quotes names and values. Nothing else puts either into SQL text. */
public final class SqlText {

    private SqlText() {}

    /** Quotes a name, so that it is taken as it stands. */
    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * Quotes a text value.
     *
     * @throws IllegalArgumentException if it holds a NUL character, which ends a text early on its way to PostgreSQL
     */
    public static String literal(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text with a NUL character cannot be passed on");
        }
        return '\'' + value.replace("'", "''") + '\'';
    }

    /** Makes a MAP of text values. */
    public static String map(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> literal(entry.getKey()) + ": " + literal(entry.getValue()))
                .collect(Collectors.joining(", ", "MAP {", "}"));
    }
}
