package org.datlake.ducklake.internal.staging;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBWritableVector;

/**
 * How values of a column are staged. The engine's vectors and its Appender take exactly the column's own Java type, so
 * values are turned into that first; types that they do not take as they are go as text, which the engine casts.
 */
public enum StageType {
    BOOLEAN(Boolean.class) {
        @Override
        Object accept(Object value) {
            return value instanceof Boolean ? value : mismatch(value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((boolean) (Boolean) value);
        }

        @Override
        void write(DuckDBWritableVector vector, int at, Object value) {
            vector.setBoolean(at, (Boolean) value);
        }

        @Override
        void encode(Object value, DataOutputStream out) throws IOException {
            out.writeBoolean((Boolean) value);
        }

        @Override
        Object decode(DataInputStream in) throws IOException {
            return in.readBoolean();
        }
    },
    INTEGER(Integer.class, true) {
        @Override
        Object accept(Object value) {
            return Math.toIntExact(whole(value));
        }

        @Override
        long pack(Object accepted) {
            return (Integer) accepted;
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.append((int) value);
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setInt(at, (int) value);
        }
    },
    BIGINT(Long.class, true) {
        @Override
        Object accept(Object value) {
            return whole(value);
        }

        @Override
        long pack(Object accepted) {
            return (Long) accepted;
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.append(value);
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setLong(at, value);
        }
    },
    DOUBLE(Double.class, true) {
        @Override
        Object accept(Object value) {
            return value instanceof Number number ? number.doubleValue() : mismatch(value);
        }

        @Override
        long pack(Object accepted) {
            return Double.doubleToRawLongBits((Double) accepted);
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.append(Double.longBitsToDouble(value));
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setDouble(at, Double.longBitsToDouble(value));
        }
    },
    DATE(LocalDate.class, true) {
        @Override
        Object accept(Object value) {
            return value instanceof java.sql.Date date ? date.toLocalDate() : exactly(LocalDate.class, value);
        }

        @Override
        long pack(Object accepted) {
            long days = ((LocalDate) accepted).toEpochDay();
            if (Math.abs(days) > MOST_DAYS) {
                throw new ArithmeticException("DuckDB's dates do not reach that far");
            }
            return days;
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.appendEpochDays((int) value);
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setDate(at, LocalDate.ofEpochDay(value));
        }
    },
    TIME(LocalTime.class) {
        @Override
        Object accept(Object value) {
            return exactly(LocalTime.class, value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((LocalTime) value);
        }

        @Override
        Object decode(DataInputStream in) throws IOException {
            return LocalTime.parse(RowsCodec.readText(in));
        }
    },
    TIMESTAMP(LocalDateTime.class, true) {
        @Override
        Object accept(Object value) {
            return value instanceof java.sql.Timestamp time
                    ? time.toLocalDateTime()
                    : exactly(LocalDateTime.class, value);
        }

        @Override
        long pack(Object accepted) {
            return microsOf((LocalDateTime) accepted);
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.appendEpochMicros(value);
        }

        @Override
        DuckDBColumnType handedAs() {
            return DuckDBColumnType.BIGINT;
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setLong(at, value);
        }

        @Override
        String fromHanded(String column, String columnType) {
            return "make_timestamp(" + column + ")";
        }
    },
    TIMESTAMPTZ(OffsetDateTime.class, true) {
        @Override
        Object accept(Object value) {
            if (value instanceof Instant) {
                return value;
            }
            return value instanceof ZonedDateTime time
                    ? time.toInstant()
                    : ((OffsetDateTime) exactly(OffsetDateTime.class, value)).toInstant();
        }

        @Override
        long pack(Object accepted) {
            Instant time = (Instant) accepted;
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), MICROS_PER_SECOND), time.getNano() / NANOS_PER_MICRO);
        }

        @Override
        void appendPacked(DuckDBAppender appender, long value) throws SQLException {
            appender.append(inUtc(value));
        }

        @Override
        void writePacked(DuckDBWritableVector vector, int at, long value) {
            vector.setOffsetDateTime(at, inUtc(value));
        }
    },
    UUID(UUID.class) {
        @Override
        Object accept(Object value) {
            return exactly(UUID.class, value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((UUID) value);
        }

        @Override
        Object decode(DataInputStream in) throws IOException {
            return java.util.UUID.fromString(RowsCodec.readText(in));
        }
    },
    BLOB(byte[].class) {
        @Override
        Object accept(Object value) {
            return exactly(byte[].class, value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((byte[]) value);
        }

        @Override
        void write(DuckDBWritableVector vector, int at, Object value) {
            vector.setString(at, Base64.getEncoder().encodeToString((byte[]) value));
        }

        @Override
        String fromHanded(String column, String columnType) {
            return "from_base64(" + column + ")";
        }

        @Override
        void encode(Object value, DataOutputStream out) throws IOException {
            RowsCodec.writeBytes(out, (byte[]) value);
        }

        @Override
        Object decode(DataInputStream in) throws IOException {
            return RowsCodec.readBytes(in);
        }
    },
    VARCHAR(String.class) {
        @Override
        Object accept(Object value) {
            String text = value instanceof Enum<?> constant
                    ? constant.name()
                    : value instanceof CharSequence || value instanceof Character
                            ? value.toString()
                            : (String) mismatch(value);
            SpoiledTexts.refuse(text);
            return text;
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((String) value);
        }
    },
    /** Everything else: small and unsigned integers, decimals, nested types ... */
    TEXT(Object.class) {
        @Override
        Object accept(Object value) {
            String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
            SpoiledTexts.refuse(text);
            return text;
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((String) value);
        }
    };

    private static final long MOST_DAYS = Integer.MAX_VALUE - 2L;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final Class<?> javaType;
    private final boolean packed;

    StageType(Class<?> javaType) {
        this(javaType, false);
    }

    StageType(Class<?> javaType, boolean packed) {
        this.javaType = javaType;
        this.packed = packed;
    }

    /** Returns how a column of a DuckDB type is staged. */
    public static StageType of(String duckDbType) {
        return switch (duckDbType.toUpperCase(Locale.ROOT)) {
            case "BOOLEAN" -> BOOLEAN;
            case "INTEGER" -> INTEGER;
            case "BIGINT" -> BIGINT;
            case "DOUBLE" -> DOUBLE;
            case "DATE" -> DATE;
            case "TIME" -> TIME;
            case "TIMESTAMP" -> TIMESTAMP;
            case "TIMESTAMP WITH TIME ZONE" -> TIMESTAMPTZ;
            case "UUID" -> UUID;
            case "BLOB" -> BLOB;
            case "VARCHAR" -> VARCHAR;
            default -> TEXT;
        };
    }

    /** Returns the DuckDB type that it is staged as. */
    String stagedAs() {
        return this == TEXT ? "VARCHAR" : this == TIMESTAMPTZ ? "TIMESTAMP WITH TIME ZONE" : name();
    }

    /**
     * Returns what is staged for a value.
     *
     * @throws IllegalArgumentException saying what was expected, never the value
     * @throws ArithmeticException if a number does not fit
     */
    abstract Object accept(Object value);

    /** Says whether what is accepted is packed into a long before it is appended. */
    boolean isPacked() {
        return packed;
    }

    /** Returns how many bytes a value that is packed takes in a vector, whose memory then holds the packed value. */
    int packedBytes() {
        return this == INTEGER || this == DATE ? Integer.BYTES : Long.BYTES;
    }

    /** Packs what {@link #accept} returned. */
    long pack(Object accepted) {
        throw new IllegalStateException(name() + " is not packed");
    }

    /** Appends what {@link #pack} returned. */
    void appendPacked(DuckDBAppender appender, long value) throws SQLException {
        throw new IllegalStateException(name() + " is not packed");
    }

    /** Appends what {@link #accept} returned, where it is not packed. */
    void append(DuckDBAppender appender, Object value) throws SQLException {
        throw new IllegalStateException(name() + " is packed");
    }

    /** Returns the type of the vector that it is written to. */
    DuckDBColumnType handedAs() {
        return switch (this) {
            case BOOLEAN -> DuckDBColumnType.BOOLEAN;
            case INTEGER -> DuckDBColumnType.INTEGER;
            case BIGINT -> DuckDBColumnType.BIGINT;
            case DOUBLE -> DuckDBColumnType.DOUBLE;
            case DATE -> DuckDBColumnType.DATE;
            case TIMESTAMPTZ -> DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE;
            default -> DuckDBColumnType.VARCHAR;
        };
    }

    /** Writes what {@link #pack} returned to a vector. */
    void writePacked(DuckDBWritableVector vector, int at, long value) {
        throw new IllegalStateException(name() + " is not packed");
    }

    /** Writes what {@link #accept} returned to a vector, where it is not packed; most types go as text. */
    void write(DuckDBWritableVector vector, int at, Object value) {
        vector.setString(at, value.toString());
    }

    /** Writes what {@link #accept} returned for another process, where it is not packed; most types go as text. */
    void encode(Object value, DataOutputStream out) throws IOException {
        RowsCodec.writeText(out, value.toString());
    }

    /** Reads what {@link #encode} wrote. */
    Object decode(DataInputStream in) throws IOException {
        return RowsCodec.readText(in);
    }

    /** Writes the expression that makes a column's value of what was written to a vector. */
    String fromHanded(String column, String columnType) {
        return handedAs() == DuckDBColumnType.VARCHAR && this != VARCHAR ? cast(column, columnType) : column;
    }

    /** Writes the expression that makes a column's value of what was appended. */
    String fromStaged(String column, String columnType) {
        return this == TEXT ? cast(column, columnType) : column;
    }

    private static String cast(String column, String columnType) {
        return "CAST(" + column + " AS " + columnType + ")";
    }

    private static OffsetDateTime inUtc(long micros) {
        long nanos = Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO;
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS_PER_SECOND), nanos)
                .atOffset(ZoneOffset.UTC);
    }

    private static long microsOf(LocalDateTime time) {
        long days = Math.multiplyExact(time.toLocalDate().toEpochDay(), MICROS_PER_DAY);
        return Math.addExact(days, time.toLocalTime().toNanoOfDay() / NANOS_PER_MICRO);
    }

    Object exactly(Class<?> type, Object value) {
        return type.isInstance(value) ? value : mismatch(value);
    }

    Object mismatch(Object value) {
        throw new IllegalArgumentException("expected " + javaType.getSimpleName() + ", got "
                + value.getClass().getSimpleName());
    }

    long whole(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof java.math.BigInteger big) {
            return big.longValueExact();
        }
        mismatch(value);
        return 0;
    }
}
