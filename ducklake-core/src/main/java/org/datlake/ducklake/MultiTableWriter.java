package org.datlake.ducklake;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Writes batches of rows that go to several tables at once, such as an order and its lines: all of a batch, or nothing
 * of it. Otherwise it is as a {@link RowWriter} is: what waits is committed together, and each caller gets an
 * acknowledgement or an error of its own. Made by {@link DuckLakeClient#multiTableWriter}. Thread-safe.
 */
public interface MultiTableWriter extends AutoCloseable {

    /**
     * Writes a batch. Waits while more rows are under way than the options allow.
     *
     * @param batch rows of some tables; several of one table are allowed
     * @return completes when all of them are committed, exceptionally when none is; also when there is no such table or
     *     column
     */
    CompletableFuture<Committed> write(Collection<TableRows> batch);

    /**
     * Writes a batch once, however often it is written under the same key; see
     * {@link DuckLakeClient#commit(TransactionOptions, DuckLakeClient.TransactionAction)}.
     */
    CompletableFuture<Committed> write(Collection<TableRows> batch, String idempotencyKey);

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
