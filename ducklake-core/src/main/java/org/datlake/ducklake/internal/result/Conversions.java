package org.datlake.ducklake.internal.result;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives a value out as another class, where nothing is lost by it. */
public final class Conversions {

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd ")
            .append(TIME)
            .toFormatter(Locale.ROOT);

    private Conversions() {}

    /** Says whether values can be asked for as this class. */
    public static boolean isSupported(Class<?> type) {
        return (type.isPrimitive() && type != void.class && type != char.class)
                || type.isEnum()
                || type.isRecord()
                || List.of(
                                Object.class,
                                String.class,
                                Boolean.class,
                                Byte.class,
                                Short.class,
                                Integer.class,
                                Long.class,
                                Float.class,
                                Double.class,
                                BigDecimal.class,
                                BigInteger.class,
                                LocalDate.class,
                                LocalTime.class,
                                LocalDateTime.class,
                                OffsetDateTime.class,
                                OffsetTime.class,
                                Instant.class,
                                UUID.class,
                                byte[].class,
                                List.class,
                                Map.class)
                        .contains(type);
    }

    /**
     * Converts a value that is not null.
     *
     * @throws ValueMismatch if it does not fit
     */
    public static Object convert(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        if (type == String.class) {
            return text(value);
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type) || type == Boolean.class) {
            return toNumber(value, type);
        }
        Object converted = null;
        if (type.isEnum()) {
            converted = toEnum(value, type);
        } else if (type.isRecord() && value instanceof Map<?, ?> struct) {
            converted = RecordMapper.of(type).fromStruct(struct);
        } else if (type == UUID.class && value instanceof String text) {
            converted = toUuid(text);
        } else {
            converted = toTime(value, type);
        }
        if (converted == null) {
            throw misfit(value, type);
        }
        return converted;
    }

    private static @Nullable Object toTime(Object value, Class<?> type) {
        if (value instanceof LocalDateTime time) {
            return type == LocalDate.class && time.toLocalTime().equals(LocalTime.MIDNIGHT)
                    ? time.toLocalDate()
                    // A TIMESTAMP has no zone; DuckDB itself reads it as UTC where it needs one.
                    : type == Instant.class ? time.toInstant(ZoneOffset.UTC) : null;
        }
        if (value instanceof OffsetDateTime time) {
            return type == Instant.class ? time.toInstant() : null;
        }
        if (value instanceof LocalDate date) {
            return type == LocalDateTime.class ? date.atStartOfDay() : null;
        }
        return null;
    }

    private static UUID toUuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            // Its message holds the value.
            throw new ValueMismatch("22018", "the text is not a UUID");
        }
    }

    private static Object toEnum(Object value, Class<?> type) {
        String name = text(value);
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new ValueMismatch("22018", "the value is none of the constants of " + type.getSimpleName());
    }

    private static Object toNumber(Object value, Class<?> type) {
        Object candidate = value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
        if (!(candidate instanceof Number number)) {
            throw misfit(value, type);
        }
        try {
            return exactly(number, type, value);
        } catch (ArithmeticException e) {
            throw outOfRange(type);
        }
    }

    private static Object exactly(Number number, Class<?> type, Object original) {
        if (type == double.class || type == Double.class) {
            return number.doubleValue();
        }
        if (type == float.class || type == Float.class) {
            return number.floatValue();
        }
        if (type == BigDecimal.class) {
            return decimal(number);
        }
        if (type == BigInteger.class) {
            return decimal(number).toBigIntegerExact();
        }
        if (type == boolean.class || type == Boolean.class) {
            long truth = longValue(number);
            if (truth != 0 && truth != 1) {
                throw misfit(original, type);
            }
            return truth == 1;
        }
        return narrowed(longValue(number), type);
    }

    /** Returns a whole number. */
    static long longValue(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        return decimal(number).longValueExact();
    }

    /** Makes a narrower whole number of a wide one. */
    static Object narrowed(long value, Class<?> type) {
        if (type == long.class || type == Long.class) {
            return value;
        }
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(value);
        }
        if (type == short.class || type == Short.class) {
            return (short) checked(value, Short.MIN_VALUE, Short.MAX_VALUE);
        }
        if (type == byte.class || type == Byte.class) {
            return (byte) checked(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        throw new IllegalStateException("not a whole number: " + type);
    }

    private static long checked(long value, long min, long max) {
        if (value < min || value > max) {
            throw new ArithmeticException();
        }
        return value;
    }

    private static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                throw new ArithmeticException();
            }
            return number instanceof Float ? new BigDecimal(number.toString()) : BigDecimal.valueOf(value);
        }
        return BigDecimal.valueOf(number.longValue());
    }

    /** Writes a value as DuckDB does when it casts it to VARCHAR. */
    public static String text(Object value) {
        if (value instanceof LocalDateTime time) {
            return DATE_TIME.format(time);
        }
        if (value instanceof OffsetDateTime time) {
            return DATE_TIME.format(time) + "+00";
        }
        if (value instanceof LocalTime time) {
            return TIME.format(time);
        }
        if (value instanceof byte[] bytes) {
            return hex(bytes);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Conversions::nested).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> "'" + entry.getKey() + "': " + nested(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value.toString();
    }

    private static String nested(@Nullable Object value) {
        return value == null ? "NULL" : text(value);
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            boolean printable = b >= 32 && b < 127 && b != '\\' && b != '\'' && b != '"';
            text.append(printable ? String.valueOf((char) b) : String.format("\\x%02X", b));
        }
        return text.toString();
    }

    private static ValueMismatch misfit(Object value, Class<?> type) {
        return new ValueMismatch(
                "22018",
                "a value of class " + value.getClass().getSimpleName() + " cannot be read as " + type.getSimpleName());
    }

    static ValueMismatch outOfRange(Class<?> type) {
        return new ValueMismatch("22003", "the value does not fit into " + type.getSimpleName());
    }
}
