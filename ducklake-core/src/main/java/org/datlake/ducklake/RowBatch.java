package org.datlake.ducklake;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
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

    /**
     * Says whether a column has NULLs; true, too, if only rows around these have some.
     *
     * @param column counted from 0
     */
    boolean hasNulls(int column);

    /**
     * Copies values of a column of whole numbers, as {@link #getLong} returns them, to the beginning of an array.
     *
     * @param column counted from 0
     * @param from the first row, counted from 0
     * @param to the row behind the last one
     */
    void getLongs(int column, int from, int to, long[] target);

    /**
     * Copies values of a column of floating-point numbers, as {@link #getDouble} returns them, to the beginning of an array.
     *
     * @param column counted from 0
     * @param from the first row, counted from 0
     * @param to the row behind the last one
     */
    void getDoubles(int column, int from, int to, double[] target);

    /**
     * Says whether texts of a column lie in memory in UTF-8, as those of a VARCHAR mostly do, so that {@link #getUtf8} can
     * copy them; {@link #get} is for all.
     *
     * @param column counted from 0
     */
    boolean isUtf8(int column);

    /**
     * Returns how many bytes texts have in UTF-8, all together. NULLs have none.
     *
     * @param column counted from 0
     * @param from the first row, counted from 0
     * @param to the row behind the last one
     * @throws IllegalArgumentException if {@link #isUtf8} says no
     */
    long utf8Length(int column, int from, int to);

    /**
     * Copies texts in UTF-8, one behind another. NULLs are empty.
     *
     * @param column counted from 0
     * @param from the first row, counted from 0
     * @param to the row behind the last one
     * @param texts where they are put, with room for {@link #utf8Length}
     * @param ends where the position of {@code texts} behind each is put
     * @throws IllegalArgumentException if {@link #isUtf8} says no
     */
    void getUtf8(int column, int from, int to, ByteBuffer texts, IntBuffer ends);
}
