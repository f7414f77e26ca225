package org.datlake.ducklake.launcher.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;

/**
 * One row writer for each table that small bodies come for, so that those of many callers are committed together. They
 * are closed with the client.
 */
final class TableWriters {

    /** Each holds two threads and connections. */
    private static final int MOST_WRITERS = 32;

    private final DuckLakeClient lake;
    private final ConcurrentMap<Table, Open> open = new ConcurrentHashMap<>();

    TableWriters(DuckLakeClient lake) {
        this.lake = lake;
    }

    /** Says whether a table has a writer by now. */
    boolean has(Table table) {
        return open.containsKey(table);
    }

    /**
     * Returns the writer of a table; empty when there are too many.
     *
     * @throws org.datlake.ducklake.DuckLakeException if there is no such table, or the lake cannot be asked
     */
    Optional<Open> of(Table table) {
        Open present = open.get(table);
        if (present != null) {
            return Optional.of(present);
        }
        return open.size() >= MOST_WRITERS ? Optional.empty() : Optional.of(open.computeIfAbsent(table, this::open));
    }

    private Open open(Table table) {
        RowWriter writer = lake.rowWriter(table.schema(), table.name(), RowWriterOptions.defaults());
        return new Open(writer, columns(table));
    }

    private List<JsonRows.Column> columns(Table table) {
        return lake.query(
                        "SELECT column_name, data_type, column_default FROM duckdb_columns() WHERE database_name = ? "
                                + "AND schema_name = ? AND table_name = ? ORDER BY column_index",
                        lake.settings().alias(),
                        table.schema(),
                        table.name())
                .map(row -> new JsonRows.Column(
                        Objects.requireNonNull(row.getString("column_name")),
                        Objects.requireNonNull(row.getString("data_type")),
                        !row.isNull("column_default") && !"NULL".equalsIgnoreCase(row.getString("column_default"))))
                .list();
    }

    /** Forgets a writer whose table has other columns now, so that the next request opens a new one. */
    void check(Table table, Open used) {
        if (!columns(table).equals(used.columns()) && open.remove(table, used)) {
            used.writer().close();
        }
    }

    /**
     * A table's name.
     *
     * @param schema its schema
     * @param name its name
     */
    record Table(String schema, String name) {}

    /**
     * A writer and what it takes.
     *
     * @param writer for all columns
     * @param columns as they are in the table
     */
    record Open(RowWriter writer, List<JsonRows.Column> columns) {}
}
