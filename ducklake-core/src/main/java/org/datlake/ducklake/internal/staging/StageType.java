package org.datlake.ducklake.internal.staging;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.UUID;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.duckdb.DuckDBAppender;

/**
 * How values of a column are staged. The Appender takes exactly the column's own Java type, so values are turned into
 * that first; types that it does not take as they are go as text, which the engine casts.
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
    },
    DATE(LocalDate.class) {
        @Override
        Object accept(Object value) {
            return value instanceof java.sql.Date date ? date.toLocalDate() : exactly(LocalDate.class, value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((LocalDate) value);
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
    },
    TIMESTAMPTZ(OffsetDateTime.class) {
        @Override
        Object accept(Object value) {
            if (value instanceof Instant instant) {
                return instant.atOffset(ZoneOffset.UTC);
            }
            return value instanceof ZonedDateTime time ? time.toOffsetDateTime() : exactly(OffsetDateTime.class, value);
        }

        @Override
        void append(DuckDBAppender appender, Object value) throws SQLException {
            appender.append((OffsetDateTime) value);
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

    private static long microsOf(LocalDateTime time) {
        long days = Math.multiplyExact(time.toLocalDate().toEpochDay(), MICROS_PER_DAY);
        return Math.addExact(days, time.toLocalTime().toNanoOfDay() / 1000);
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
