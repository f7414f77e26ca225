package org.datlake.ducklake;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads many rows into one table, in one transaction: all of them or none. Made by {@link DuckLakeClient#load}; nothing
 * happens before one of the methods {@code from…} is called. Immutable, may be kept and used by several threads.
 *
 * <pre>{@code
 * lake.load("trades").createTable().fromFiles(Path.of("trades.csv"));
 * lake.load("orders").offset("orders", lake.offset("orders").orElse(null), "4711").fromResultSet(rows);
 * }</pre>
 *
 * <p>Unless said otherwise: the table must exist, rows are added to those it has, and columns are matched by name,
 * without regard to case. Columns that the source does not have get their defaults; columns that the table does not
 * have are refused. So are texts that DuckLake would spoil, such as {@code {SNAPSHOT_ID}}.
 *
 * <p>Memory stays bounded whatever the size of the source. Files are read by the engine. Other sources are read on the
 * calling thread and gathered in a temporary table, which may spill to {@link EngineSettings#tempDirectory()}.
 *
 * <p>All methods {@code from…} throw: {@link LoadException} if the source is at fault; {@link QueryException} if the
 * table is; {@link OffsetConflictException}; {@link CommitOutcomeUnknownException} as
 * {@link DuckLakeClient#commit(TransactionOptions, DuckLakeClient.TransactionAction)}; {@link QueryTimeoutException}
 * if the deadline passed before COMMIT; and whatever the source or the progress callback throws. Unless the outcome is
 * unknown, nothing is written then.
 */
public interface BulkLoad {

    /** Creates the table, with the columns and types of the source, if it does not exist. */
    BulkLoad createTable();

    /** Replaces the rows that the table has; by default they stay. Earlier snapshots keep them. */
    BulkLoad replace();

    /**
     * Matches columns by their position instead of their names. Not for JSON, whose objects have no order.
     *
     * @param columns the table's columns in the order of the source's; none for all columns of the table
     */
    BulkLoad byPosition(String... columns);

    /**
     * Loads once, however often the same key is used, by whatever process; see {@link Committed#repeated()}. The
     * source is not looked into to find out whether it is the same.
     *
     * @param key not empty; not together with an offset, which does the same
     */
    BulkLoad idempotencyKey(String key);

    /**
     * Moves a source's offset in the same transaction, so that a loader that is started again goes on exactly where
     * the last commit was. The load fails if the committed offset is not the expected one. One step from an offset to
     * the next is committed once: who repeats it gets {@link Committed#repeated()}.
     *
     * <p>Offsets are rows of the lake's table {@code datlake.load_offsets}, one for each step.
     *
     * @param source a name of the caller's for where the rows come from
     * @param expected what {@link DuckLakeClient#offset} returned, or null for nothing loaded so far
     * @param next the offset to go on from when this load is committed
     * @throws ConfigurationException if source or offset is empty or spoiled by DuckLake, or the offset does not move
     */
    BulkLoad offset(String source, @Nullable String expected, String next);

    /**
     * Sets how long the load may take in all. Default: one hour.
     *
     * @throws ConfigurationException if it is not positive
     */
    BulkLoad timeout(Duration timeout);

    /**
     * Is told how far the load has come, on the calling thread and at most ten times a second, and when all is read.
     * What it throws ends the load, with nothing written.
     */
    BulkLoad progress(Consumer<LoadProgress> listener);

    /** Names the author and the reason of the snapshot; see {@link Transaction#describe}. */
    BulkLoad describe(String author, String message);

    /**
     * Loads files whose names tell their format; see {@link LoadFormat#ofName}.
     *
     * @throws LoadException also if a file is missing or its name tells no format
     */
    LoadResult fromFiles(Path... files);

    /** Loads files of one format, whatever their names. */
    LoadResult fromFiles(LoadFormat format, Path... files);

    /**
     * Loads the files that a pattern matches, in the order of their names.
     *
     * @param pattern a path or an {@code s3://} address in the lake's own store, in which {@code *}, {@code ?},
     *     {@code [a-z]} and {@code **} stand for parts of names
     * @throws LoadException also if there is no such file
     */
    LoadResult fromPattern(String pattern);

    /** Loads what is left of a result, of whatever driver. The result stays open; it is for the caller to close. */
    LoadResult fromResultSet(ResultSet rows);

    /**
     * Loads rows.
     *
     * @param rows each with a value for every column of the table, or those of {@link #byPosition}, in their order;
     *     null for NULL
     */
    LoadResult fromRows(Iterator<? extends @Nullable Object[]> rows);

    /**
     * Loads records, whose components go to the columns of their names; {@code snake_case} and {@code camelCase} are
     * the same.
     *
     * @param <R> the record
     * @param type the record's class
     * @param records the records
     */
    <R extends Record> LoadResult fromRecords(Class<R> type, Iterator<? extends R> records);

    /**
     * Loads an Arrow stream.
     *
     * @param stream an {@code org.apache.arrow.c.ArrowArrayStream}; the engine takes it and releases it
     * @throws IllegalArgumentException if it is something else
     */
    LoadResult fromArrowStream(Object stream);
}
