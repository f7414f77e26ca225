package org.datlake.ducklake.internal.staging;

import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Rows that wait to be staged, column by column. Filled by one thread, then read by another. */
public final class StagedRows {

    private final StagedColumn[] columns;
    private int size;
    private long bytes;

    /** Makes room for so many rows. */
    public StagedRows(List<TableShape.Column> columns, int capacity) {
        this.columns = columns.stream()
                .map(column -> new StagedColumn(column.stage(), capacity))
                .toArray(StagedColumn[]::new);
    }

    /**
     * Adds a value to the row that is being added; each column gets one.
     *
     * @throws IllegalArgumentException saying why the column does not take it, never the value
     */
    public void add(int column, @Nullable Object value) {
        bytes += columns[column].add(value);
    }

    /** Notes that the row has all its values. */
    public void endRow() {
        size++;
    }

    /** Returns how many rows there are. */
    public int size() {
        return size;
    }

    /** Returns about how much memory the rows take. */
    public long bytes() {
        return bytes;
    }

    /** Appends all rows. */
    public void appendTo(DuckDBAppender appender) throws SQLException {
        for (int row = 0; row < size; row++) {
            appender.beginRow();
            for (StagedColumn column : columns) {
                column.append(appender, row);
            }
            appender.endRow();
        }
    }
}
