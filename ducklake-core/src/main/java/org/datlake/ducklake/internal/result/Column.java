package org.datlake.ducklake.internal.result;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column in one block: whole numbers and truth values as {@code long}, floating-point numbers as
 * {@code double}, texts in UTF-8, all else as objects. Written by one thread, then read by another.
 */
public abstract class Column {

    private boolean[] nulls = new boolean[0];
    private boolean anyNull;

    /** Says whether a value is NULL. */
    public final boolean isNull(int row) {
        // Chunks behind the last one that has a NULL are not covered.
        return anyNull && row < nulls.length && nulls[row];
    }

    /** Says whether any value is NULL. */
    public final boolean hasNulls() {
        return anyNull;
    }

    /** Returns a value boxed in the class that fits its SQL type best, or null. */
    public abstract @Nullable Object object(int row);

    /** Makes room for so many rows. */
    abstract void reserve(int rows);

    /** Makes a value what it is for NULL. */
    abstract void clear(int row);

    /** Returns about how many bytes the first values take. */
    abstract long memory(int rows);

    final void setNull(int row, int capacity) {
        clear(row);
        if (nulls.length < capacity) {
            nulls = Arrays.copyOf(nulls, capacity);
        }
        anyNull = true;
        nulls[row] = true;
    }

    /** Whole numbers up to 64 bits, and truth values as 0 and 1. */
    public static final class Longs extends Column {

        /** Which class the SQL type is read as. */
        public enum Width {
            /** BOOLEAN. */
            BOOLEAN,
            /** TINYINT. */
            BYTE,
            /** SMALLINT, UTINYINT. */
            SHORT,
            /** INTEGER, USMALLINT. */
            INT,
            /** BIGINT, UINTEGER. */
            LONG
        }

        private final Width width;
        private long[] values = new long[0];

        Longs(Width width) {
            this.width = width;
        }

        /** Returns a value; 0 for NULL. */
        public long value(int row) {
            return values[row];
        }

        void set(int row, long value) {
            values[row] = value;
        }

        /** Copies values from a row up to another one; of those that are NULL, 0. */
        public void copy(int from, int to, long[] target) {
            System.arraycopy(values, from, target, 0, to - from);
        }

        /** Sets so many from a row on. */
        void setAll(int from, int count, LongBuffer source) {
            source.get(0, values, from, count);
        }

        /** Returns which class the SQL type is read as. */
        public Width width() {
            return width;
        }

        @Override
        public @Nullable Object object(int row) {
            if (isNull(row)) {
                return null;
            }
            long value = values[row];
            return switch (width) {
                case BOOLEAN -> value != 0;
                case BYTE -> (byte) value;
                case SHORT -> (short) value;
                case INT -> (int) value;
                case LONG -> value;
            };
        }

        @Override
        void reserve(int rows) {
            values = values.length < rows ? Arrays.copyOf(values, rows) : values;
        }

        @Override
        void clear(int row) {
            values[row] = 0;
        }

        @Override
        long memory(int rows) {
            return (long) Long.BYTES * rows;
        }
    }

    /** FLOAT and DOUBLE. */
    public static final class Doubles extends Column {

        private final boolean single;
        private double[] values = new double[0];

        Doubles(boolean single) {
            this.single = single;
        }

        /** Returns a value; 0 for NULL. */
        public double value(int row) {
            return values[row];
        }

        void set(int row, double value) {
            values[row] = value;
        }

        /** Copies values from a row up to another one; of those that are NULL, 0. */
        public void copy(int from, int to, double[] target) {
            System.arraycopy(values, from, target, 0, to - from);
        }

        /** Sets so many from a row on. */
        void setAll(int from, int count, DoubleBuffer source) {
            source.get(0, values, from, count);
        }

        @Override
        public @Nullable Object object(int row) {
            if (isNull(row)) {
                return null;
            }
            return single ? (Object) (float) values[row] : (Object) values[row];
        }

        @Override
        void reserve(int rows) {
            values = values.length < rows ? Arrays.copyOf(values, rows) : values;
        }

        @Override
        void clear(int row) {
            values[row] = 0;
        }

        @Override
        long memory(int rows) {
            return (long) Double.BYTES * rows;
        }
    }

    /** Everything else. */
    public static final class Objects extends Column {

        /** What a BigDecimal or a date takes with what it refers to. */
        private static final long BYTES_EACH = 64;

        private @Nullable Object[] values = new Object[0];

        void set(int row, Object value) {
            values[row] = value;
        }

        @Override
        public @Nullable Object object(int row) {
            return values[row];
        }

        @Override
        void reserve(int rows) {
            values = values.length < rows ? Arrays.copyOf(values, rows) : values;
        }

        @Override
        void clear(int row) {
            values[row] = null;
        }

        @Override
        long memory(int rows) {
            return BYTES_EACH * rows;
        }
    }
}
