package org.datlake.ducklake.internal.ingest;

import java.sql.SQLException;
import java.util.BitSet;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column that wait to be staged. Numbers and times are kept as they are in memory, not as objects: a
 * million rows may wait for their commit, and objects that live for so long are what a garbage collector likes least.
 */
final class StagedColumn {

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

    /** Adds what {@link StageType#accept} returned, or null for NULL. */
    void add(@Nullable Object accepted) {
        int at = size;
        if (accepted == null) {
            nulls.set(at);
        } else if (packed != null) {
            packed[at] = type.pack(accepted);
        } else if (objects != null) {
            objects[at] = accepted;
        }
        size++;
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
