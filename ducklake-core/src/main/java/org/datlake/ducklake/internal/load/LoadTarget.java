package org.datlake.ducklake.internal.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * A table that is loaded into.
 *
 * @param name its full name in SQL
 * @param columns its columns, in their order
 */
record LoadTarget(String name, List<Column> columns) {

    /**
     * A column.
     *
     * @param name its name
     * @param type its DuckDB type
     * @param nullable whether it takes NULL
     */
    record Column(String name, String type, boolean nullable) {

        boolean isNamed(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    static boolean exists(Statements lake, String alias, String schema, String table) {
        return lake.query(
                                "SELECT count(*) FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? "
                                        + "AND table_name = ?",
                                alias,
                                schema,
                                table)
                        .as(Long.class)
                        .one()
                > 0;
    }

    /**
     * Makes the table ready for rows, within their transaction.
     *
     * @param columns tells the columns of a table that is to be created
     */
    static LoadTarget prepared(
            Transaction transaction, String alias, LoadOptions options, Supplier<List<Column>> columns) {
        String name = name(alias, options);
        if (options.createTable && !exists(transaction::query, alias, options.schema, options.table)) {
            transaction.execute(create(name, columns.get()));
        }
        LoadTarget target = of(transaction::query, name);
        if (options.replace) {
            transaction.execute("DELETE FROM " + name);
        }
        return target;
    }

    static String name(String alias, LoadOptions options) {
        return SqlText.identifier(alias) + "." + SqlText.identifier(options.schema) + "."
                + SqlText.identifier(options.table);
    }

    /** Reads the columns of a table that exists. */
    static LoadTarget of(Statements lake, String name) {
        return new LoadTarget(name, described(lake, name));
    }

    /** Reads the columns of whatever can stand behind DESCRIBE. */
    static List<Column> described(Statements lake, String what) {
        return lake.query("SELECT column_name, column_type, \"null\" AS nullable FROM (DESCRIBE " + what + ")")
                .map(row -> new Column(
                        Objects.requireNonNull(row.getString("column_name")),
                        Objects.requireNonNull(row.getString("column_type")),
                        !"NO".equals(row.getString("nullable"))))
                .list();
    }

    private static String create(String name, List<Column> columns) {
        return "CREATE TABLE IF NOT EXISTS " + name
                + columns.stream()
                        .map(column -> SqlText.identifier(column.name()) + " " + column.type())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    /**
     * Chooses the column for each column of a source.
     *
     * @param sources the names of the source's columns
     * @param positions the table's columns in the order of the source's, empty for all; null to choose by name
     */
    List<Column> match(List<String> sources, @Nullable List<String> positions) {
        if (positions == null) {
            return sources.stream().map(this::column).toList();
        }
        List<Column> chosen = positions.isEmpty()
                ? columns
                : positions.stream().map(this::column).toList();
        if (chosen.size() != sources.size()) {
            throw EngineFault.wrongUse(
                            "22023",
                            "the source has " + sources.size() + " columns, the table takes " + chosen.size()
                                    + " by position")
                    .toException(null);
        }
        return chosen;
    }

    /** Says whether the table has a column of this name. */
    boolean hasColumn(String wanted) {
        return columns.stream().anyMatch(column -> column.isNamed(wanted));
    }

    private Column column(String wanted) {
        return columns.stream()
                .filter(column -> column.isNamed(wanted))
                .findFirst()
                .orElseThrow(() -> EngineFault.wrongUse("42703", "the table has no column \"" + wanted + "\"")
                        .toException(null));
    }

    /** Writes the statement that moves rows into some columns. */
    String insert(List<Column> into, List<String> values, String from) {
        List<String> names = new ArrayList<>();
        into.forEach(column -> names.add(SqlText.identifier(column.name())));
        return "INSERT INTO " + name + " (" + String.join(", ", names) + ") SELECT " + String.join(", ", values)
                + " FROM " + from;
    }
}
