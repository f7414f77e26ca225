package org.datlake.ducklake.internal.result;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts of a vector. Short ones lie in the vector itself (DuckDB's C API: duckdb_string_t, 4 bytes of length,
 * then up to 12 bytes of text) and are read without a visit to native code, which takes five times as long.
 */
final class VarcharDecoder {

    private static final int ENTRY = 16;
    private static final int LENGTH = 4;
    private static final int INLINED = ENTRY - LENGTH;

    private final DuckDBReadableVector vector;
    private final @Nullable ByteBuffer data;
    private final byte[] bytes = new byte[INLINED];

    VarcharDecoder(DuckDBReadableVector vector) {
        this.vector = vector;
        this.data = DriverInternals.data(vector);
    }

    /** Returns a text that is not NULL. */
    @Nullable String text(int row) {
        ByteBuffer memory = data;
        if (memory != null) {
            int length = memory.getInt(row * ENTRY);
            if (length <= INLINED) {
                memory.get(row * ENTRY + LENGTH, bytes, 0, length);
                return new String(bytes, 0, length, StandardCharsets.UTF_8);
            }
            byte[] text = DriverInternals.text(memory, row);
            if (text != null) {
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        return vector.getString(row);
    }
}
