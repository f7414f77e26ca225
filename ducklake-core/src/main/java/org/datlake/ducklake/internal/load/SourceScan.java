package org.datlake.ducklake.internal.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.datlake.ducklake.internal.sql.SqlText;

/**
 * Rows that the engine reads, on their way into a table.
 *
 * @param from what stands behind FROM
 * @param names the names of its columns
 * @param into the table's column for each
 * @param typed whether its columns have the table's types already
 */
record SourceScan(String from, List<String> names, List<Column> into, boolean typed) {

    /** Returns the statement that loads it. */
    String insert(LoadTarget target) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < into.size(); i++) {
            values.add(checked(value(i), into.get(i)));
        }
        return target.insert(into, values, from);
    }

    private String value(int i) {
        String name = SqlText.identifier(names.get(i));
        return typed ? name : "CAST(" + name + " AS " + into.get(i).type() + ")";
    }

    private static String checked(String value, Column column) {
        if (!holdsText(column)) {
            return value;
        }
        String message = "a text cannot be kept as it is";
        return "CASE WHEN " + SpoiledTexts.problemIn("CAST(" + value + " AS VARCHAR)") + " THEN error("
                + SqlText.literal(message) + ") ELSE " + value + " END";
    }

    private static boolean holdsText(Column column) {
        return column.type().contains("VARCHAR") || column.type().contains("JSON");
    }

    /**
     * Returns a query for the first row that the table does not take: its number from 1, and for each column what is
     * wrong with it, as in {@link Wrong}.
     */
    String firstBadRow() {
        List<String> wrong = new ArrayList<>();
        List<String> any = new ArrayList<>();
        for (int i = 0; i < into.size(); i++) {
            wrong.add(wrong(SqlText.identifier(names.get(i)), into.get(i)) + " AS w" + i);
            any.add("w" + i + " > 0");
        }
        return "SELECT * FROM (SELECT row_number() OVER () AS n, " + String.join(", ", wrong) + " FROM " + from
                + ") WHERE " + String.join(" OR ", any) + " ORDER BY n LIMIT 1";
    }

    private String wrong(String name, Column column) {
        StringBuilder cases = new StringBuilder("CASE");
        if (!column.nullable()) {
            cases.append(" WHEN ").append(name).append(" IS NULL THEN ").append(Wrong.NULL.code());
        }
        if (!typed) {
            cases.append(" WHEN ").append(name).append(" IS NOT NULL AND TRY_CAST(");
            cases.append(name).append(" AS ").append(column.type()).append(") IS NULL THEN ");
            cases.append(Wrong.TYPE.code());
        }
        if (holdsText(column)) {
            cases.append(" WHEN ").append(SpoiledTexts.problemIn("CAST(" + name + " AS VARCHAR)"));
            cases.append(" THEN ").append(Wrong.SPOILED.code());
        }
        boolean none = cases.length() == "CASE".length();
        return none
                ? Integer.toString(Wrong.NOTHING.code())
                : cases.append(" ELSE 0 END").toString();
    }

    /** What can be wrong with a value. */
    enum Wrong {
        NOTHING(0, ""),
        NULL(1, "NULL is not allowed here"),
        TYPE(2, "the value does not fit the column's type"),
        SPOILED(
                3,
                "a text holds the character NUL, or a word such as {SNAPSHOT_ID}, which DuckLake would replace by "
                        + "something else in its catalog, so that the row could not be found again");

        private final int code;
        private final String reason;

        Wrong(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }

        static Wrong of(int code) {
            return Arrays.stream(values())
                    .filter(each -> each.code == code)
                    .findFirst()
                    .orElseThrow();
        }

        /** Returns what stands for it in the query's result. */
        int code() {
            return code;
        }

        String reason() {
            return reason;
        }
    }
}
