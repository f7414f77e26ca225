package org.datlake.ducklake.internal.result;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open result of the driver. Used by one thread at a time, a worker, because each call may wait for I/O. */
public interface ResultCursor extends AutoCloseable {

    /** Returns the columns. */
    List<ColumnType> columns();

    /** Returns the next rows, or null when there are none. */
    @Nullable Block next() throws SQLException;

    /** Says whether the end is known to have been reached, so that {@link #next} need not be asked. */
    boolean isExhausted();

    /** Frees the result. */
    @Override
    void close() throws SQLException;
}
