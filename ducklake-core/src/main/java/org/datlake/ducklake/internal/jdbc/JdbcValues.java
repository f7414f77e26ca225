package org.datlake.ducklake.internal.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Date;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.result.Conversions;
import org.datlake.ducklake.internal.result.ValueMismatch;
import org.jspecify.annotations.Nullable;

/** Gives values out in the classes that JDBC names. Messages hold no values. */
final class JdbcValues {

    private JdbcValues() {}

    /** Returns the object that getObject() gives for a type: what DuckDB's own driver gives, too. */
    static Object object(Object value, String sqlType) throws SQLException {
        if (value instanceof LocalDateTime time) {
            return Timestamp.valueOf(time);
        }
        if (value instanceof byte[] bytes) {
            return new ByteBlob(bytes);
        }
        if (value instanceof List<?> list) {
            return new ListArray(list, sqlType);
        }
        if (value instanceof Map<?, ?> map && sqlType.startsWith("STRUCT")) {
            return new MapStruct(map, sqlType);
        }
        return value;
    }

    /** Returns a whole number; fractions are cut off, as JDBC drivers do. */
    static long wholeNumber(Object value, long least, long greatest) throws SQLException {
        BigDecimal number = number(value).setScale(0, RoundingMode.DOWN);
        if (number.compareTo(BigDecimal.valueOf(least)) < 0 || number.compareTo(BigDecimal.valueOf(greatest)) > 0) {
            throw new SQLDataException("the value does not fit: it must be from " + least + " to " + greatest, "22003");
        }
        return number.longValue();
    }

    static double floating(Object value) throws SQLException {
        return value instanceof Number number
                ? number.doubleValue()
                : number(value).doubleValue();
    }

    static BigDecimal number(Object value) throws SQLException {
        if (value instanceof Boolean truth) {
            return truth ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value instanceof String text) {
            try {
                return new BigDecimal(text.strip());
            } catch (NumberFormatException e) {
                throw new SQLDataException("the text is not a number", "22018");
            }
        }
        return (BigDecimal) as(value, BigDecimal.class);
    }

    static boolean truth(Object value) throws SQLException {
        if (value instanceof String text) {
            return text.equalsIgnoreCase("true") || text.equals("1");
        }
        return value instanceof Boolean truth ? truth : number(value).signum() != 0;
    }

    static Timestamp timestamp(Object value, @Nullable Calendar calendar) throws SQLException {
        ZoneId zone = calendar == null
                ? ZoneId.systemDefault()
                : calendar.getTimeZone().toZoneId();
        if (value instanceof OffsetDateTime time) {
            return Timestamp.from(time.toInstant());
        }
        LocalDateTime local = value instanceof LocalDate date
                ? date.atStartOfDay()
                : value instanceof String text ? parse(text) : (LocalDateTime) as(value, LocalDateTime.class);
        return calendar == null
                ? Timestamp.valueOf(local)
                : Timestamp.from(local.atZone(zone).toInstant());
    }

    private static LocalDateTime parse(String text) throws SQLException {
        try {
            return Timestamp.valueOf(text).toLocalDateTime();
        } catch (IllegalArgumentException e) {
            throw new SQLDataException("the text is not a timestamp", "22018");
        }
    }

    static Date date(Object value) throws SQLException {
        if (value instanceof LocalDateTime time) {
            return Date.valueOf(time.toLocalDate());
        }
        if (value instanceof OffsetDateTime time) {
            return Date.valueOf(time.atZoneSameInstant(ZoneId.systemDefault()).toLocalDate());
        }
        return Date.valueOf((LocalDate) as(value, LocalDate.class));
    }

    static Time time(Object value, @Nullable Calendar calendar) throws SQLException {
        LocalTime time = value instanceof LocalDateTime local
                ? local.toLocalTime()
                : value instanceof OffsetTime offset ? offset.toLocalTime() : (LocalTime) as(value, LocalTime.class);
        if (calendar == null) {
            return Time.valueOf(time);
        }
        return new Time(time.atDate(LocalDate.EPOCH)
                .atZone(calendar.getTimeZone().toZoneId())
                .toInstant()
                .toEpochMilli());
    }

    static byte[] bytes(Object value) throws SQLException {
        return (byte[]) as(value, byte[].class);
    }

    static Array array(Object value, String sqlType) throws SQLException {
        return new ListArray((List<?>) as(value, List.class), sqlType);
    }

    /** Returns a value as the class that a caller names. */
    static Object as(Object value, Class<?> type, String sqlType) throws SQLException {
        if (type == Timestamp.class) {
            return timestamp(value, null);
        }
        if (type == Date.class) {
            return date(value);
        }
        if (type == Time.class) {
            return time(value, null);
        }
        if (type == Blob.class) {
            return new ByteBlob(bytes(value));
        }
        if (type == Array.class) {
            return array(value, sqlType);
        }
        if (type == Struct.class && value instanceof Map<?, ?> map) {
            return new MapStruct(map, sqlType);
        }
        return as(value, type);
    }

    private static Object as(Object value, Class<?> type) throws SQLException {
        if (!Conversions.isSupported(type)) {
            throw new SQLDataException("no value can be read as " + type.getName(), "22018");
        }
        try {
            return Conversions.convert(value, type);
        } catch (ValueMismatch e) {
            throw new SQLDataException(e.getMessage(), e.sqlState());
        }
    }
}
