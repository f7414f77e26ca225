package org.datlake.ducklake.internal.result;

import java.time.Duration;
import java.util.List;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** A result as a caller reads it: block by block. Not thread-safe. */
public interface RowBlocks extends AutoCloseable {

    /** Returns the columns. */
    List<ColumnType> columns();

    /**
     * Returns the next rows, or null when there are none.
     *
     * @param timeout how long to wait for them
     */
    @Nullable Block next(Duration timeout) throws EngineFailure;

    /** Ends the result. */
    @Override
    void close();
}
