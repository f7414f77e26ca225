package org.datlake.ducklake.internal.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes of parameters what the driver takes, and refuses what it would change without a word: duckdb_jdbc 1.5.5 binds a
 * decimal number with too many digits as NULL, a date beyond its range as another date, and rounds times before 1970 up.
 */
public final class ParameterValue {

    private static final int MOST_DIGITS = 38;

    /** DuckDB keeps days in 32 bits, of which the outermost stand for infinity. */
    private static final long MOST_DAYS = Integer.MAX_VALUE - 1;

    /** DuckDB keeps microseconds in 64 bits, from 290309-12-22 (BC) on. */
    private static final long MOST_SECONDS = 9_223_372_022_400L;

    private ParameterValue() {}

    /**
     * Returns what is bound.
     *
     * @param position which parameter it is, counted from 1
     * @throws SQLException if the engine has no such value
     */
    public static @Nullable Object of(int position, @Nullable Object value) throws SQLException {
        if (value instanceof BigDecimal number) {
            return decimal(position, number);
        }
        if (value instanceof LocalDate date && Math.abs(date.toEpochDay()) > MOST_DAYS) {
            throw outOfRange(position, "the dates of DuckDB do not reach that far");
        }
        if (value instanceof LocalDateTime time) {
            checkSeconds(position, time.toEpochSecond(ZoneOffset.UTC));
            return time.truncatedTo(ChronoUnit.MICROS);
        }
        if (value instanceof Instant instant) {
            return time(position, instant);
        }
        if (value instanceof ZonedDateTime time) {
            return time(position, time.toInstant());
        }
        if (value instanceof OffsetDateTime time) {
            return time(position, time.toInstant());
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return value instanceof Character character ? character.toString() : value;
    }

    private static OffsetDateTime time(int position, Instant instant) throws SQLException {
        checkSeconds(position, instant.getEpochSecond());
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static void checkSeconds(int position, long seconds) throws SQLException {
        if (Math.abs(seconds) >= MOST_SECONDS) {
            throw outOfRange(position, "the times of DuckDB do not reach that far");
        }
    }

    private static BigDecimal decimal(int position, BigDecimal number) throws SQLException {
        BigDecimal shortest = digits(number) <= MOST_DIGITS ? number : number.stripTrailingZeros();
        if (digits(shortest) > MOST_DIGITS) {
            throw outOfRange(
                    position,
                    "a DECIMAL has at most " + MOST_DIGITS
                            + " digits; round the number, or pass it as a double or a text");
        }
        return shortest.setScale(Math.max(0, shortest.scale()), RoundingMode.UNNECESSARY);
    }

    /** Returns how many digits a DECIMAL needs for it, before and behind the point. */
    private static long digits(BigDecimal number) {
        return Math.max(number.scale(), number.precision() - Math.min(0L, number.scale()));
    }

    /** Without apostrophes: what stands between two of them is taken for a value, and not shown. */
    private static SQLException outOfRange(int position, String why) {
        return new SQLException("Invalid Input Error: parameter " + position + ": " + why);
    }
}
