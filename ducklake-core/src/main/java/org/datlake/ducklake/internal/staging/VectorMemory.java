package org.datlake.ducklake.internal.staging;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a vector that is being filled. The driver takes a lock for each value that it is given; a million rows of
 * five columns are five million locks. Where its memory is out of reach (another driver version, a module that is not
 * open to us), values go through the driver's methods one by one.
 *
 * <p>The layout is that of the engine's C API (duckdb.h): an array of values, texts as {@code duckdb_string_t}; one bit
 * for each value that is not NULL.
 */
final class VectorMemory {

    private static final @Nullable VarHandle DATA = find("data");
    private static final @Nullable VarHandle VALIDITY = find("validity");

    /** A text is its length, then as many bytes as fit here, else a pointer. */
    private static final int TEXT_BYTES = 16;

    private static final int BYTES_WITHIN = TEXT_BYTES - Integer.BYTES;

    private final ByteBuffer data;
    private final ByteBuffer validity;

    private VectorMemory(ByteBuffer data, ByteBuffer validity) {
        this.data = data;
        this.validity = validity;
    }

    private static @Nullable VarHandle find(String field) {
        try {
            return MethodHandles.privateLookupIn(DuckDBWritableVector.class, MethodHandles.lookup())
                    .findVarHandle(DuckDBWritableVector.class, field, ByteBuffer.class);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Says whether this version of the driver lets us at it. */
    static boolean isWithinReach() {
        return DATA != null && VALIDITY != null;
    }

    /** Returns the memory of a vector, or null where it is out of reach. */
    static @Nullable VectorMemory of(DuckDBWritableVector vector) {
        VarHandle data = DATA;
        VarHandle validity = VALIDITY;
        return data == null || validity == null
                ? null
                : new VectorMemory((ByteBuffer) data.get(vector), (ByteBuffer) validity.get(vector));
    }

    /** Puts values of eight bytes, none of which is NULL. */
    void putLongs(int at, long[] values, int from, int count) {
        data.asLongBuffer().put(at, values, from, count);
        markValid(at, count);
    }

    /** Puts values of four bytes, none of which is NULL. */
    void putInts(int at, long[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            data.putInt((at + i) * Integer.BYTES, (int) values[from + i]);
        }
        markValid(at, count);
    }

    /** Puts a text, if it is short enough to be in the vector as a whole; says whether it did. */
    boolean putShort(int at, String text) {
        if (text.length() > BYTES_WITHIN) {
            return false;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_WITHIN) {
            return false;
        }
        int place = at * TEXT_BYTES;
        // What is behind a short text has to be zero: the engine compares it too.
        data.putLong(place, 0).putLong(place + Long.BYTES, 0);
        data.putInt(place, bytes.length).put(place + Integer.BYTES, bytes);
        markValid(at, 1);
        return true;
    }

    private void markValid(int at, int count) {
        int end = at + count;
        for (int row = at; row < end; ) {
            int word = row / Long.SIZE * Long.BYTES;
            int first = row % Long.SIZE;
            int bits = Math.min(Long.SIZE - first, end - row);
            long mask = -1L >>> (Long.SIZE - bits) << first;
            validity.putLong(word, validity.getLong(word) | mask);
            row += bits;
        }
    }
}
