package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * Rows of a result that lie in memory together, to be read column by column. Valid until the cursor is asked for more. Not
 * thread-safe.
 */
public interface RowBatch {

    /** Returns how many rows there are, at least one. */
    int size();

    /**
     * Says whether a value is NULL.
     *
     * @param column counted from 0
     * @param row counted from 0
     */
    boolean isNull(int column, int row);

    /**
     * Returns a value of a column of whole numbers, without making an object of it; anything for NULL.
     *
     * @param column counted from 0; a TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT or UINTEGER
     * @param row counted from 0
     */
    long getLong(int column, int row);

    /**
     * Returns a value of a column of floating-point numbers, without making an object of it; anything for NULL.
     *
     * @param column counted from 0; a FLOAT or DOUBLE
     * @param row counted from 0
     */
    double getDouble(int column, int row);

    /**
     * Returns a value in the class that fits its SQL type best, as {@link Row#get(String)} does; null for NULL.
     *
     * @param column counted from 0
     * @param row counted from 0
     */
    @Nullable Object get(int column, int row);
}
