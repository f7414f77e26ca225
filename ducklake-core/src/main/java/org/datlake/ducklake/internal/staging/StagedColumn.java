package org.datlake.ducklake.internal.staging;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Collection;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBWritableVector;
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
            throw new IllegalArgumentException("the value does not fit", e);
        }
    }

    /**
     * Adds a component of each record, none of which is NULL.
     *
     * @param packer reads it as a packed long
     * @return about how many bytes they take
     */
    long addPacked(ToLongFunction<Record> packer, Collection<? extends Record> records) {
        long[] values = Objects.requireNonNull(packed, "packed");
        int at = size;
        for (Record each : records) {
            values[at++] = packer.applyAsLong(each);
        }
        size = at;
        return SLOT_BYTES * records.size();
    }

    private static long contentBytes(Object accepted) {
        if (accepted instanceof String text) {
            return 2L * text.length();
        }
        return accepted instanceof byte[] blob ? blob.length : 0;
    }

    /** Writes the values of some rows to a vector, the first at a given place in it. */
    void write(int from, int count, DuckDBWritableVector vector, @Nullable VectorMemory memory, int at) {
        int firstNull = nulls.nextSetBit(from);
        if (packed != null && memory != null && (firstNull < 0 || firstNull >= from + count)) {
            if (type.packedBytes() == Long.BYTES) {
                memory.putLongs(at, packed, from, count);
            } else {
                memory.putInts(at, packed, from, count);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = from + i;
            if (nulls.get(row)) {
                vector.setNull(at + i);
            } else if (packed != null) {
                type.writePacked(vector, at + i, packed[row]);
            } else if (objects != null && objects[row] != null) {
                write(objects[row], vector, memory, at + i);
            }
        }
    }

    private void write(Object value, DuckDBWritableVector vector, @Nullable VectorMemory memory, int at) {
        if (memory == null || !(value instanceof String text) || !memory.putShort(at, text)) {
            type.write(vector, at, value);
        }
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

    /** Writes the values for {@link #decode}. */
    void encode(DataOutputStream out) throws IOException {
        RowsCodec.writeBytes(out, nulls.toByteArray());
        for (int row = 0; row < size; row++) {
            if (packed != null) {
                out.writeLong(packed[row]);
            } else if (objects != null && objects[row] != null) {
                type.encode(objects[row], out);
            }
        }
    }

    /**
     * Reads what {@link #encode} wrote for so many rows.
     *
     * @return about how many bytes they take
     */
    long decode(DataInputStream in, int count) throws IOException {
        nulls.or(BitSet.valueOf(RowsCodec.readBytes(in)));
        long bytes = SLOT_BYTES * count;
        for (int row = 0; row < count; row++) {
            if (packed != null) {
                packed[row] = in.readLong();
            } else if (objects != null && !nulls.get(row)) {
                Object value = type.decode(in);
                objects[row] = value;
                bytes += contentBytes(value);
            }
        }
        size = count;
        return bytes;
    }
}
