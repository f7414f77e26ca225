package org.datlake.ducklake.internal.staging;

import java.sql.SQLException;
import java.util.BitSet;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column that wait to be staged. Numbers and times are kept as they are in memory, not as objects: a
 * million rows may wait for their commit, and objects that live for so long are what a garbage collector likes least.
 */
final class StagedColumn {

    private static final long SLOT_BYTES = 16;

    private final StageType type;
    private final long @Nullable [] packed;
    private final @Nullable Object @Nullable [] objects;
    private final BitSet nulls = new BitSet();
    private int size;

    /** Makes room for so many values. */
    StagedColumn(StageType type, int capacity) {
        this.type = type;
        this.packed = type.isPacked() ? new long[capacity] : null;
        this.objects = type.isPacked() ? null : new Object[capacity];
    }

    /**
     * Adds a value, or null for NULL.
     *
     * @return about how many bytes it takes
     * @throws IllegalArgumentException saying why the column does not take it, never the value
     */
    long add(@Nullable Object value) {
        int at = size++;
        if (value == null) {
            nulls.set(at);
            return SLOT_BYTES;
        }
        try {
            Object accepted = type.accept(value);
            if (packed != null) {
                packed[at] = type.pack(accepted);
            } else if (objects != null) {
                objects[at] = accepted;
            }
            return SLOT_BYTES + contentBytes(accepted);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the number does not fit", e);
        }
    }

    private static long contentBytes(Object accepted) {
        if (accepted instanceof String text) {
            return 2L * text.length();
        }
        return accepted instanceof byte[] blob ? blob.length : 0;
    }

    /** Appends the value of a row, which is counted from 0. */
    void append(DuckDBAppender appender, int row) throws SQLException {
        if (nulls.get(row)) {
            appender.appendNull();
        } else if (packed != null) {
            type.appendPacked(appender, packed[row]);
        } else if (objects != null && objects[row] != null) {
            type.append(appender, objects[row]);
        }
    }
}
