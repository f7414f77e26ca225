package org.datlake.ducklake.internal.result;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.datlake.ducklake.internal.result.Column.Longs.Width;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/** Copies a vector of the driver into a column. */
final class VectorDecoder {

    private VectorDecoder() {}

    static Column columnFor(DuckDBColumnType type) {
        return switch (type) {
            case BOOLEAN -> new Column.Longs(Width.BOOLEAN);
            case TINYINT -> new Column.Longs(Width.BYTE);
            case SMALLINT, UTINYINT -> new Column.Longs(Width.SHORT);
            case INTEGER, USMALLINT -> new Column.Longs(Width.INT);
            case BIGINT, UINTEGER -> new Column.Longs(Width.LONG);
            case FLOAT -> new Column.Doubles(true);
            case DOUBLE -> new Column.Doubles(false);
            case VARCHAR -> new TextColumn();
            default -> new Column.Objects();
        };
    }

    static void decode(DuckDBReadableVector vector, Column column, int from, int count, int capacity) {
        if (column instanceof Column.Longs longs) {
            decodeLongs(vector, longs, from, count, capacity);
        } else if (column instanceof Column.Doubles doubles) {
            decodeDoubles(vector, doubles, from, count, capacity);
        } else if (column instanceof TextColumn texts) {
            markNulls(vector, texts, from, count, capacity);
            new VarcharDecoder(vector).decode(texts, from, count);
        } else {
            decodeObjects(vector, (Column.Objects) column, from, count, capacity);
        }
    }

    private static void markNulls(DuckDBReadableVector vector, Column column, int from, int count, int capacity) {
        if (DriverInternals.isKnownToHaveNoNulls(vector, count)) {
            return;
        }
        for (int row = 0; row < count; row++) {
            if (vector.isNull(row)) {
                column.setNull(from + row, capacity);
            }
        }
    }

    private static void decodeLongs(
            DuckDBReadableVector vector, Column.Longs column, int from, int count, int capacity) {
        DuckDBColumnType type = vector.getType();
        ByteBuffer data = type == DuckDBColumnType.BIGINT ? DriverInternals.data(vector) : null;
        if (data != null) {
            column.setAll(from, count, data.asLongBuffer());
            markNulls(vector, column, from, count, capacity);
            return;
        }
        markNulls(vector, column, from, count, capacity);
        for (int row = 0; row < count; row++) {
            if (column.isNull(from + row)) {
                continue;
            }
            column.set(
                    from + row,
                    switch (type) {
                        case BOOLEAN -> vector.getBoolean(row) ? 1 : 0;
                        case TINYINT -> vector.getByte(row);
                        case SMALLINT -> vector.getShort(row);
                        case UTINYINT -> vector.getUint8(row);
                        case INTEGER -> vector.getInt(row);
                        case USMALLINT -> vector.getUint16(row);
                        case UINTEGER -> vector.getUint32(row);
                        default -> vector.getLong(row);
                    });
        }
    }

    private static void decodeDoubles(
            DuckDBReadableVector vector, Column.Doubles column, int from, int count, int capacity) {
        boolean single = vector.getType() == DuckDBColumnType.FLOAT;
        ByteBuffer data = single ? null : DriverInternals.data(vector);
        if (data != null) {
            column.setAll(from, count, data.asDoubleBuffer());
            markNulls(vector, column, from, count, capacity);
            return;
        }
        markNulls(vector, column, from, count, capacity);
        for (int row = 0; row < count; row++) {
            if (!column.isNull(from + row)) {
                column.set(from + row, single ? vector.getFloat(row) : vector.getDouble(row));
            }
        }
    }

    private static void decodeObjects(
            DuckDBReadableVector vector, Column.Objects column, int from, int count, int capacity) {
        DuckDBColumnType type = vector.getType();
        for (int row = 0; row < count; row++) {
            Object value = vector.isNull(row) ? null : object(vector, type, row);
            if (value == null) {
                column.setNull(from + row, capacity);
            } else {
                column.set(from + row, value);
            }
        }
    }

    private static @Nullable Object object(DuckDBReadableVector vector, DuckDBColumnType type, int row) {
        return switch (type) {
            case DECIMAL -> vector.getBigDecimal(row);
            case DATE -> vector.getLocalDate(row);
            case TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS -> vector.getLocalDateTime(row);
            case TIMESTAMP_WITH_TIME_ZONE -> utc(vector.getOffsetDateTime(row));
            case UBIGINT -> vector.getUint64(row);
            case HUGEINT -> vector.getHugeInt(row);
            case UHUGEINT -> vector.getUHugeInt(row);
            default -> throw new IllegalStateException("no decoder for " + type);
        };
    }

    /** The driver gives the JVM's own offset, by which the same row would look different on two machines. */
    private static @Nullable OffsetDateTime utc(@Nullable OffsetDateTime value) {
        if (value == null) {
            return null;
        }
        Instant instant = value.toInstant();
        return instant.atOffset(ZoneOffset.UTC);
    }
}
