package org.datlake.ducklake.internal;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowMapper;
import org.datlake.ducklake.internal.result.BlockRow;
import org.datlake.ducklake.internal.result.ColumnType;
import org.datlake.ducklake.internal.result.Conversions;
import org.datlake.ducklake.internal.result.RecordMapper;
import org.datlake.ducklake.internal.result.ValueMismatch;

/**
 * Makes what a caller wants of rows; bound to the columns of a result before the first row.
 *
 * @param <T> what a row becomes
 */
@FunctionalInterface
interface RowMapping<T> {

    /** Binds to the columns. */
    Function<BlockRow, T> bind(List<ColumnType> columns);

    /** Rows as they are. */
    static RowMapping<Row> rows() {
        return columns -> BlockRow::detached;
    }

    /** Rows through a mapper of the caller. */
    static <T> RowMapping<T> by(RowMapper<T> mapper) {
        return columns -> mapper::map;
    }

    /**
     * Records, or the values of a single column.
     *
     * @throws IllegalArgumentException if the class is neither
     */
    static <T> RowMapping<T> as(Class<T> type) {
        if (type.isRecord()) {
            RecordMapper mapper = RecordMapper.of(type);
            return columns -> {
                int[] indexes = bound(() -> mapper.bind(columns));
                return row -> type.cast(bound(() -> mapper.map(row, indexes)));
            };
        }
        if (!Conversions.isSupported(type) || type.isPrimitive()) {
            throw new IllegalArgumentException(
                    type.getName() + " is neither a record nor a class that a column can be read as; use map()");
        }
        return columns -> {
            if (columns.size() != 1) {
                throw mismatch(
                        "42804",
                        "a result of " + columns.size() + " columns cannot be read as " + type.getSimpleName()
                                + "; use a record, or map()");
            }
            return row -> single(row, type);
        };
    }

    private static <T> T single(BlockRow row, Class<T> type) {
        T value = row.get(0, type);
        if (value == null) {
            throw mismatch("22002", "column '" + row.columns().get(0) + "' is NULL; use map() to allow that");
        }
        return value;
    }

    private static <R> R bound(Supplier<R> step) {
        try {
            return step.get();
        } catch (ValueMismatch e) {
            throw mismatch(e.sqlState(), String.valueOf(e.getMessage()));
        }
    }

    private static QueryException mismatch(String sqlState, String message) {
        return new QueryException(message, "Mapping", sqlState, false, null);
    }
}
