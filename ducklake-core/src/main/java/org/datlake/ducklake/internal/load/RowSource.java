package org.datlake.ducklake.internal.load;

import java.util.List;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.staging.TableShape;
import org.jspecify.annotations.Nullable;

/** Rows that are read on the thread of whoever loads them. Used by one thread. */
interface RowSource {

    /**
     * Returns the columns that a table for the rows is to have.
     *
     * @throws org.datlake.ducklake.QueryException if that cannot be told
     */
    List<Column> columns();

    /**
     * Returns the table's column for each value of a row.
     *
     * @param positions as {@link LoadOptions#byPosition}
     */
    List<Column> match(LoadTarget target, @Nullable List<String> positions);

    /** Is told the columns before the first row is asked for. */
    default void begin(TableShape shape) {
        // Most rows are what they are.
    }

    /**
     * Returns the next row, or null at the end.
     *
     * @param number the row's number, from 1
     */
    @Nullable Object @Nullable [] next(long number);
}
