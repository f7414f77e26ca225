package org.datlake.ducklake;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into one table, for many threads at once. What waits is committed together: the more callers, the larger
 * the commits, and each caller still gets an acknowledgement or an error of its own. Made by
 * {@link DuckLakeClient#rowWriter}. Thread-safe.
 *
 * <p>A batch is all or nothing. One that cannot be written, for a value that does not fit its column or a NOT NULL that
 * is violated, fails alone; those that were to be committed with it are not held up. Batches are committed in the order
 * they came, except where one has to be tried again by itself.
 *
 * <p>Futures complete with what {@link DuckLakeClient#commit} returns, and exceptionally with what it throws. They
 * complete on a thread of the client: whoever does more than a little there holds up other callers.
 */
public interface RowWriter extends AutoCloseable {

    /**
     * Writes one row.
     *
     * @param values in the order of the writer's columns; null for NULL
     * @return completes when the row is committed
     */
    CompletableFuture<Committed> write(@Nullable Object... values);

    /**
     * Writes a batch of rows. Waits while more rows are under way than the options allow.
     *
     * @param rows each in the order of the writer's columns, with null for NULL
     * @return completes when all of them are committed
     */
    CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows);

    /**
     * Writes a batch of rows once, however often it is written under the same key; see
     * {@link DuckLakeClient#commit(TransactionOptions, DuckLakeClient.TransactionAction)}. Batches with keys are committed
     * together with others, too; looking for their keys takes a few milliseconds for all of a commit.
     */
    CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows, String idempotencyKey);

    /**
     * Writes a batch of records, whose components go to the columns of their names; {@code snake_case} and
     * {@code camelCase} are the same.
     *
     * @param records of one class
     * @return completes when all of them are committed
     */
    CompletableFuture<Committed> writeRecords(Collection<? extends Record> records);

    /** Returns the names of the columns that rows have, in their order. */
    List<String> columns();

    /** Waits until everything that was written before is committed or has failed; that is for the futures to tell. */
    void flush();

    /** Closes with a grace of 10 seconds; see {@link #close(Duration)}. */
    @Override
    void close();

    /**
     * Refuses further rows, and waits until every future is complete, but not longer than the grace. Those that are not
     * by then complete later, when their commit has ended.
     *
     * @param grace how long to wait
     */
    void close(Duration grace);
}
