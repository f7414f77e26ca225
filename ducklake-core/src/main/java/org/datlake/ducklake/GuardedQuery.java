package org.datlake.ducklake;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A statement of someone who is not trusted, ready to be run; see {@link DuckLakeClient#guarded}. Nothing happens before
 * {@link #open} or {@link #writeParquet} is called; each call checks and runs the statement anew.
 *
 * <p>Immutable; may be kept and used by several threads.
 */
public interface GuardedQuery {

    /**
     * Returns the same statement for the lake as it was at a snapshot, with all tables and views that it names.
     *
     * @param snapshotId see {@link Snapshot#id()}
     */
    GuardedQuery at(long snapshotId);

    /**
     * Returns the same statement for the lake as it was at a time, by the catalog's clock, with all tables and views that
     * it names.
     *
     * @param time the newest snapshot that is not younger is meant
     */
    GuardedQuery at(Instant time);

    /**
     * Returns the same statement with fewer rows.
     *
     * @param rows how many are read at most; not negative. Default: all
     */
    GuardedQuery limit(long rows);

    /**
     * Returns the same statement with another deadline for all of it, to the last row.
     *
     * @param timeout instead of {@link DuckLakeSettings#operationTimeout()}; positive
     */
    GuardedQuery timeout(Duration timeout);

    /**
     * Checks the statement and runs it, up to its first rows. A thread that is interrupted meanwhile cancels it.
     *
     * @throws StatementRefusedException if the statement is not one that is taken
     * @throws QueryException if it fails, is no SQL (SQLSTATE 42601), or there is no such snapshot (02000)
     * @throws QueryTimeoutException if it does not end within its deadline, or the thread is interrupted
     * @throws CatalogException if the catalog is not reachable within the deadline
     * @throws StorageException if the storage is not reachable within the deadline
     */
    RowCursor open();

    /**
     * Checks the statement and writes its rows to a Parquet file, in plain text. Columns of the same name get others.
     *
     * @param file is replaced if it is there; may be left behind unfinished when this throws
     * @return what was written
     * @throws StatementRefusedException as {@link #open()}, which throws the rest, too
     */
    Written writeParquet(Path file);

    /**
     * What {@link #writeParquet} wrote.
     *
     * @param rows how many
     * @param snapshotId which snapshot they were read from
     */
    record Written(long rows, long snapshotId) {}
}
