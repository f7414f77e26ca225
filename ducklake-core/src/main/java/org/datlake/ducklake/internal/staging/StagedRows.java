package org.datlake.ducklake.internal.staging;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBWritableVector;
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

    /**
     * Adds a value to each of the rows that are being added.
     *
     * @param packer reads it from a record as a packed long
     */
    void addPacked(int column, ToLongFunction<Record> packer, Collection<? extends Record> records) {
        bytes += columns[column].addPacked(packer, records);
    }

    /** Notes that the row has all its values. */
    public void endRow() {
        size++;
    }

    /** Notes that so many rows have all their values. */
    void endRows(int count) {
        size += count;
    }

    /** Returns how many rows there are. */
    public int size() {
        return size;
    }

    /** Returns about how much memory the rows take. */
    public long bytes() {
        return bytes;
    }

    /**
     * Writes some values of a column.
     *
     * @param from the first row, counted from 0
     * @param count how many
     * @param memory the vector's memory, if it is within reach
     * @param at where the first one goes in the vector
     */
    void write(int column, int from, int count, DuckDBWritableVector vector, @Nullable VectorMemory memory, int at) {
        columns[column].write(from, count, vector, memory, at);
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

    /** Writes all rows for {@link #decode}. */
    void encode(DataOutputStream out) throws IOException {
        out.writeInt(size);
        for (StagedColumn column : columns) {
            column.encode(out);
        }
    }

    /** Reads what {@link #encode} wrote, of the same columns. */
    static StagedRows decode(List<TableShape.Column> columns, DataInputStream in) throws IOException {
        int size = in.readInt();
        StagedRows rows = new StagedRows(columns, size);
        for (StagedColumn column : rows.columns) {
            rows.bytes += column.decode(in, size);
        }
        rows.size = size;
        return rows;
    }
}
