package org.datlake.ducklake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open result, read row by row with bounded memory. Not thread-safe; close it, as it holds a connection to the engine
 * until it was read to its end.
 */
public interface RowCursor extends AutoCloseable {

    /** Returns the columns, in their order; several may have the same name. */
    List<Column> columns();

    /** Returns the id of the snapshot that is read; of changes, the last one that they may be of. */
    long snapshotId();

    /**
     * Moves to the next row.
     *
     * @return false at the end
     * @throws QueryTimeoutException if the deadline of the whole result has passed, or the thread is interrupted
     * @throws QueryException if the statement fails after its first rows
     * @throws CatalogException if the catalog is lost
     * @throws StorageException if the storage is lost
     */
    boolean next();

    /**
     * Moves past the rows that come next, as many as lie in memory: some thousand. Rows that {@link #next()} has moved to
     * are not among them; {@link #row()} is none of them.
     *
     * @return the rows; null at the end
     * @throws QueryTimeoutException as {@link #next()}
     * @throws QueryException as {@link #next()}
     * @throws CatalogException as {@link #next()}
     * @throws StorageException as {@link #next()}
     */
    @Nullable RowBatch nextBatch();

    /** Returns the row; valid until {@link #next()} is called again. */
    Row row();

    /** Ends the result; what still runs is cancelled. Never throws; further calls do nothing. */
    @Override
    void close();

    /**
     * A column of a result.
     *
     * @param name its name
     * @param type DuckDB's name of its type
     */
    record Column(String name, String type) {}
}
