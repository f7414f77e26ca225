package org.datlake.ducklake.internal.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table that rows are written to.
 *
 * @param schema the table's schema
 * @param table the table
 * @param columns the columns, in the order of the rows' values
 */
public record TableShape(String schema, String table, List<Column> columns) {

    /**
     * A column.
     *
     * @param name its name
     * @param type its DuckDB type
     * @param stage how its values are staged
     */
    public record Column(String name, String type, StageType stage) {}

    /**
     * Chooses columns of a table.
     *
     * @param found the rows of duckdb_columns() for the table
     * @param wanted the columns to choose, in their order; empty for all
     * @throws org.datlake.ducklake.QueryException if there is no such table or column
     */
    public static TableShape of(String schema, String table, Query<Row> found, List<String> wanted) {
        List<Column> all = found.map(row -> {
                    String type = Objects.requireNonNull(row.getString("data_type"));
                    return new Column(Objects.requireNonNull(row.getString("column_name")), type, StageType.of(type));
                })
                .list();
        if (all.isEmpty()) {
            throw EngineFault.wrongUse("42P01", "there is no table \"" + schema + "." + table + "\"")
                    .toException(null);
        }
        return new TableShape(schema, table, wanted.isEmpty() ? all : choose(all, wanted, table));
    }

    private static List<Column> choose(List<Column> all, List<String> wanted, String table) {
        List<Column> chosen = new ArrayList<>();
        for (String name : wanted) {
            chosen.add(all.stream()
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> EngineFault.wrongUse(
                                    "42703", "the table \"" + table + "\" has no column \"" + name + "\"")
                            .toException(null)));
        }
        return chosen;
    }

    /**
     * Checks that a row has as many values as there are columns.
     *
     * @param number of the row in its batch, from 1, for messages
     */
    public void checkWidth(int values, int number) {
        if (values != columns.size()) {
            throw EngineFault.wrongUse(
                            "22023",
                            "row " + number + " has " + values + " values, the table \"" + table + "\" takes "
                                    + columns.size())
                    .toException(null);
        }
    }

    /**
     * Checks a value of a column, and adds it to those that are staged.
     *
     * @param number of the row in its batch, from 1, for messages
     */
    public void add(@Nullable Object value, int column, StagedRows rows, int number) {
        try {
            rows.add(column, value);
        } catch (IllegalArgumentException e) {
            Column its = columns.get(column);
            throw EngineFault.wrongUse(
                            "22000",
                            "row " + number + ", column \"" + its.name() + "\" (" + its.type() + "): " + e.getMessage())
                    .toException(null);
        }
    }

    /** Writes the statement that makes the temporary table that rows are staged in. */
    public String createStage(String name) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            parts.add("c" + i + " " + columns.get(i).stage().stagedAs());
        }
        return "CREATE OR REPLACE TEMP TABLE " + name + " (" + String.join(", ", parts) + ")";
    }

    /** Writes the statement that moves rows from a temporary table into the table. */
    public String insertFrom(String alias, String stage) {
        return insert(alias, "temp.main." + stage, StageType::fromStaged);
    }

    /** Writes the statement that fetches rows from {@link RowsFunction} into the table. */
    public String insertFrom(String alias, RowsFunction.Handed rows) {
        return insert(alias, rows.source(), StageType::fromHanded);
    }

    private String insert(String alias, String source, Expression value) {
        String names = columns.stream()
                .map(column -> SqlText.identifier(column.name()))
                .collect(Collectors.joining(", "));
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            values.add(value.of(column.stage(), "c" + i, column.type()));
        }
        return "INSERT INTO " + SqlText.identifier(alias) + "." + SqlText.identifier(schema) + "."
                + SqlText.identifier(table) + " (" + names + ") SELECT " + String.join(", ", values)
                + " FROM " + source;
    }

    /** Makes a column's value of what a source has for it. */
    @FunctionalInterface
    private interface Expression {
        String of(StageType stage, String column, String columnType);
    }
}
