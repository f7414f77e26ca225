package org.datlake.ducklake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result. Columns are named as in the result, without regard to case; the first of several columns of the
 * same name is meant.
 *
 * <p>Not thread-safe. A row that is given to a {@link RowMapper} is valid only during that call; rows that
 * {@link Query#list()} and the like return by themselves are valid for ever.
 */
public interface Row {

    /** Returns the names of the columns, in their order. */
    List<String> columns();

    /**
     * Says whether a value is NULL.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    boolean isNull(String column);

    /**
     * Returns a value as the class asked for, or null for NULL. Supported are the primitive wrappers, {@code String},
     * {@code BigDecimal}, {@code BigInteger}, {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime},
     * {@code OffsetDateTime}, {@code Instant}, {@code UUID}, {@code byte[]}, enums (by name), {@code List} (of a LIST or
     * ARRAY), {@code Map} (of a STRUCT or MAP), records (of a STRUCT) and {@code Object}.
     *
     * @throws IllegalArgumentException if there is no such column
     * @throws QueryException if the value does not fit the class, with SQLSTATE 22018 or 22003
     */
    <T> @Nullable T get(String column, Class<T> type);

    /** Like {@link #get(String, Class)}, by the column's position counted from 0. */
    <T> @Nullable T get(int index, Class<T> type);

    /** Returns a value in the class that fits its type best, or null for NULL. */
    default @Nullable Object get(String column) {
        return get(column, Object.class);
    }

    /**
     * Returns a whole number.
     *
     * @throws IllegalArgumentException if there is no such column
     * @throws QueryException if the value is NULL or does not fit
     */
    long getLong(String column);

    /** Returns a whole number; see {@link #getLong}. */
    int getInt(String column);

    /** Returns a floating-point number; see {@link #getLong}. */
    double getDouble(String column);

    /** Returns a truth value; see {@link #getLong}. */
    boolean getBoolean(String column);

    /** Returns a text, or null for NULL; see {@link #get(String, Class)}. */
    default @Nullable String getString(String column) {
        return get(column, String.class);
    }
}
