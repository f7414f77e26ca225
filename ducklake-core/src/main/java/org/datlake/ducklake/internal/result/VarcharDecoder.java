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
    private static final int FIRST = Integer.BYTES;
    private static final int REST = FIRST + Integer.BYTES;

    private final DuckDBReadableVector vector;
    private final @Nullable ByteBuffer data;

    VarcharDecoder(DuckDBReadableVector vector) {
        this.vector = vector;
        this.data = DriverInternals.data(vector);
    }

    /** Adds so many texts, the first of them as a row of the column; those that are NULL are marked already. */
    void decode(TextColumn column, int from, int count) {
        ByteBuffer memory = data;
        for (int row = 0; row < count; row++) {
            if (column.isNull(from + row)) {
                column.clear(from + row);
                continue;
            }
            int at = row * ENTRY;
            int length = memory == null ? -1 : memory.getInt(at);
            if (memory == null || length < 0 || length > TextColumn.INLINED) {
                column.add(from + row, text(row));
            } else {
                column.addInlined(from + row, length, memory.getInt(at + FIRST), memory.getLong(at + REST));
            }
        }
    }

    private byte[] text(int row) {
        byte[] text = data == null ? null : DriverInternals.text(data, row);
        return text == null ? String.valueOf(vector.getString(row)).getBytes(StandardCharsets.UTF_8) : text;
    }
}
