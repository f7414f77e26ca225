package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * The running transaction that {@link DuckLakeClient#inTransaction} hands to its closure. Valid only during that call,
 * on that thread.
 */
public interface Transaction {

    /**
     * Runs a statement that returns no rows.
     *
     * @param sql one statement, with a {@code ?} for each parameter
     * @param parameters in their order; null for NULL
     * @return how many rows it changed; 0 for statements that change none
     * @throws QueryException if it fails; the transaction cannot be continued then
     */
    long execute(String sql, @Nullable Object... parameters);

    /**
     * Prepares a statement that returns rows; it sees what the transaction has done so far.
     *
     * @param sql one statement, with a {@code ?} for each parameter
     * @param parameters in their order; null for NULL
     */
    Query<Row> query(String sql, @Nullable Object... parameters);

    /**
     * Names the author and the reason of the snapshot that the commit makes; see {@link Snapshot}.
     *
     * @param author who does it
     * @param message why
     */
    void describe(String author, String message);
}
