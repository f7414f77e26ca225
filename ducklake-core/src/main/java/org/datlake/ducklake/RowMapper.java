package org.datlake.ducklake;

/**
 * Makes an object of a row.
 *
 * @param <T> the object's class
 */
@FunctionalInterface
public interface RowMapper<T> {

    /** Makes an object of the row, which is valid only during this call. */
    T map(Row row);
}
