package org.datlake.ducklake;

import java.util.List;

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
