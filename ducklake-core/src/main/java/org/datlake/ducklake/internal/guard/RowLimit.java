package org.datlake.ducklake.internal.guard;

import java.util.OptionalLong;

/**
 * How many rows are wanted of a statement at most.
 *
 * @param rows how many; empty: all
 * @param counted whether whoever reads the rows counts them as they come, and stops in time by himself
 */
public record RowLimit(OptionalLong rows, boolean counted) {

    /** Up to here DuckDB 1.5.5 limits rows in all threads. Beyond, a limit lets the whole plan below it run in one. */
    private static final long MOST_IN_PARALLEL = 10_000;

    /** All rows are wanted, or whoever asks limits them around the statement. */
    public static final RowLimit NONE = new RowLimit(OptionalLong.empty(), true);

    /**
     * Says whether the engine is to be told.
     *
     * @param sorted whether the rows are: the engine keeps only as many as are wanted while it sorts
     */
    boolean isForEngine(boolean sorted) {
        return rows.isPresent() && (!counted || sorted || rows.getAsLong() <= MOST_IN_PARALLEL);
    }
}
