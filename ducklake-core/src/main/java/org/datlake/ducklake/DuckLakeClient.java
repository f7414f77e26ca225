package org.datlake.ducklake;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.datlake.ducklake.internal.DefaultDuckLakeClient;
import org.jspecify.annotations.Nullable;

/**
 * A client for one DuckLake. Thread-safe and meant to live as long as the application; one per lake is enough.
 *
 * <pre>{@code
 * try (var lake = DuckLakeClient.connect(DuckLakeSettings.embedded(Path.of("data")))) {
 *     lake.execute("CREATE TABLE IF NOT EXISTS events (id BIGINT, payload VARCHAR)");
 *     lake.inTransaction(tx -> tx.execute("INSERT INTO events VALUES (?, ?)", 1, "hello"));
 *     List<Event> events = lake.query("SELECT * FROM events").as(Event.class).list();
 * }
 * }</pre>
 *
 * <p>Every call has a deadline ({@link DuckLakeSettings#operationTimeout()}) and returns or throws within one second
 * after it, even while PostgreSQL or the object store is silent. Calls never throw a {@link SQLException};
 * only code behind {@link #dataSource()} and {@link #withConnection} does, with a proper SQLSTATE.
 */
public interface DuckLakeClient extends AutoCloseable {

    /**
     * Connects: finds the extensions, reaches catalog and storage, creates the lake if it does not exist, attaches it
     * and checks that it is what the settings say.
     *
     * @throws ConfigurationException if settings contradict each other or the lake
     * @throws ExtensionException if a DuckDB extension is missing, damaged or of the wrong version
     * @throws CatalogVersionException if the catalog has another format version
     * @throws CatalogException if the catalog cannot be reached within the settings' retries, or refuses us
     * @throws StorageException if the storage cannot be reached within the settings' retries, or refuses us
     */
    static DuckLakeClient connect(DuckLakeSettings settings) {
        return DefaultDuckLakeClient.connect(settings);
    }

    /**
     * Returns a client at once and connects in the background, again and again until it succeeds or the client is
     * closed. Until then calls fail with what the last attempt failed with, and {@link #health()} says DOWN.
     */
    static DuckLakeClient connectInBackground(DuckLakeSettings settings) {
        return DefaultDuckLakeClient.connectInBackground(settings);
    }

    /**
     * Runs one statement that returns no rows, in a transaction of its own that is run again on conflicts.
     *
     * @param sql one statement, with a {@code ?} for each parameter
     * @param parameters in their order; null for NULL
     * @return how many rows it changed; 0 for statements that change none
     * @throws DuckLakeException as {@link #inTransaction}
     */
    long execute(String sql, @Nullable Object... parameters);

    /**
     * Prepares a statement that returns rows. It is repeated within its deadline when the catalog, the storage or the
     * engine fails before the first row was given out.
     *
     * @param sql one statement, with a {@code ?} for each parameter
     * @param parameters in their order; null for NULL
     */
    Query<Row> query(String sql, @Nullable Object... parameters);

    /**
     * Prepares a statement of someone who is not trusted. It is one SELECT on tables and views of the lake, with functions
     * that compute a value and nothing else; whatever else it holds, or a view that it reads holds, is refused: files, the
     * network, settings, secrets, DuckLake's own tables and keys, and everything that is not known to be harmless. While
     * the lake has a macro that hides one of the engine's functions, every statement is refused.
     *
     * @param sql one SELECT, with a {@code ?} for each parameter
     * @param parameters in their order; null for NULL
     */
    GuardedQuery guarded(String sql, @Nullable Object... parameters);

    /**
     * Runs a closure in a transaction and commits. When another transaction got in the way, or the catalog was lost
     * before COMMIT was sent, everything is rolled back and the closure runs again, until the deadline; so it must not
     * do anything outside the transaction that cannot be repeated.
     *
     * @param body runs on the calling thread, possibly several times; what it throws rolls back
     * @return what the closure returned
     * @throws X what the closure threw
     * @throws TransactionConflictException if it still conflicted at the end of retries or deadline
     * @throws CommitOutcomeUnknownException if the answer to COMMIT was lost and it could not be found out by the
     *     deadline whether the transaction stands
     * @throws QueryTimeoutException if the deadline passed before COMMIT
     */
    <T extends @Nullable Object, X extends Exception> T inTransaction(TransactionBody<T, X> body) throws X;

    /** Like {@link #inTransaction(TransactionBody)}, with a deadline of its own. */
    <T extends @Nullable Object, X extends Exception> T inTransaction(Duration timeout, TransactionBody<T, X> body)
            throws X;

    /**
     * Like {@link #useTransaction}, with options, and says which snapshot came of it.
     *
     * <p>With an idempotency key the write happens once, however often it is asked for and by whom: callers with the
     * same key wait for each other, and who comes second gets what the first one committed.
     *
     * @param options deadline and idempotency key
     * @throws CommitOutcomeUnknownException if the answer to COMMIT was lost and it could not be found out by the
     *     deadline whether the transaction stands
     */
    <X extends Exception> Committed commit(TransactionOptions options, TransactionAction<X> body) throws X;

    /**
     * Finds out what became of a write, of this process or another one, for at most the operation timeout.
     *
     * @param operationId from {@link CommitOutcomeUnknownException#operationId()}, or of an idempotency key
     * @return UNKNOWN while the catalog does not answer, or while a COMMIT of it may still be on its way. Of a process
     *     that hangs in the middle of a COMMIT only that process itself knows more
     */
    CommitOutcome resolve(OperationId operationId);

    /** Like {@link #inTransaction(TransactionBody)}, for bodies that return nothing. */
    <X extends Exception> void useTransaction(TransactionAction<X> body) throws X;

    /**
     * Creates a table, schema, view or macro, unless it is there already. Many processes may do so at the same moment:
     * whoever comes second counts as done. Does not compare what is there with what was to be created.
     *
     * @param sql one CREATE statement, without OR REPLACE or IF NOT EXISTS
     * @return whether it was created by this call
     * @throws QueryException if it is another statement, or fails for another reason
     */
    boolean createIfAbsent(String sql);

    /**
     * Lends a plain JDBC connection whose default schema is the lake's {@code main}. It is fresh, so that no setting
     * or temporary table of anyone else is on it, and closed afterwards.
     *
     * @return what the body returned
     * @throws X what the body threw
     */
    <T extends @Nullable Object, X extends Exception> T withConnection(ConnectionBody<T, X> body) throws X;

    /** Like {@link #withConnection}, for bodies that return nothing. */
    <X extends Exception> void useConnection(ConnectionAction<X> body) throws X;

    /**
     * Returns a source of plain JDBC connections for Spring, Jdbi, jOOQ and the like. It needs no pool in front: a
     * connection costs microseconds, and a pool would carry {@code USE} and temporary tables from one user to the next.
     *
     * <p>Nothing here repeats a statement: the first one after PostgreSQL has closed its connections fails with a SQLSTATE of
     * class 08, and may be tried again at once.
     */
    DataSource dataSource();

    /** Like {@link #rowWriter(String, String, RowWriterOptions)}, for a table of the schema {@code main}. */
    RowWriter rowWriter(String table);

    /**
     * Opens a writer for rows of one table, for many threads; close it when it is no longer needed, as it holds two
     * threads and connections. Closing the client closes it.
     *
     * @param schema the table's schema, mostly {@code main}
     * @param table the table, which must exist. When its columns change, open another writer
     * @param options which columns rows have, and how they are collected
     * @throws QueryException if there is no such table or column
     */
    RowWriter rowWriter(String schema, String table, RowWriterOptions options);

    /**
     * Opens a writer for batches of rows that go to several tables at once, for many threads; close it when it is no
     * longer needed, as it holds two threads and connections. Closing the client closes it.
     *
     * @param options how rows are collected; its columns are not used, each batch names its own
     */
    MultiTableWriter multiTableWriter(RowWriterOptions options);

    /** Like {@link #load(String, String)}, for a table of the schema {@code main}. */
    BulkLoad load(String table);

    /**
     * Prepares to load files, results, rows or an Arrow stream into a table.
     *
     * @param schema the table's schema, mostly {@code main}
     * @param table the table
     */
    BulkLoad load(String schema, String table);

    /**
     * Returns the offset that the last committed load of a source moved to; see {@link BulkLoad#offset}. Empty if there
     * was none.
     *
     * @param source the caller's name for where the rows come from
     */
    Optional<String> offset(String source);

    /** Returns all snapshots, the oldest first. */
    List<Snapshot> snapshots();

    /**
     * Returns some snapshots, the oldest first.
     *
     * @param after only those with a greater id; -1 for all
     * @param most how many at most; positive
     */
    List<Snapshot> snapshots(long after, int most);

    /** Returns the id of the newest snapshot. */
    long newestSnapshotId();

    /**
     * Reads which rows of a table were inserted, deleted or changed, in the order of their snapshots. Each row says it in
     * {@code snapshot_id}, {@code rowid} and {@code change_type} ({@code insert}, {@code delete},
     * {@code update_preimage}, {@code update_postimage}) before the table's columns as they were at the last snapshot.
     * A thread that is interrupted meanwhile cancels it.
     *
     * @param schema the table's schema
     * @param table the table
     * @param from the first snapshot whose changes are read
     * @param to the last one; not before the first, and there
     * @param timeout for all of it, to the last row; positive
     * @throws QueryException if there is no such table (SQLSTATE 42P01), or one of the snapshots is not there, or no
     *     longer (02000)
     * @throws QueryTimeoutException if it does not end within its deadline, or the thread is interrupted
     * @throws CatalogException if the catalog is not reachable within the deadline
     * @throws StorageException if the storage is not reachable within the deadline
     */
    RowCursor changes(String schema, String table, long from, long to, Duration timeout);

    /**
     * Opens the lake as it was at a snapshot.
     *
     * @throws QueryException if there is no such snapshot, or no longer
     */
    SnapshotView at(long snapshotId);

    /**
     * Opens the lake as it was at a time: at the newest snapshot that is not younger, by the catalog's clock.
     *
     * @throws QueryException if there is no snapshot that old, or no longer
     */
    SnapshotView at(Instant time);

    /** Returns the tables of the newest snapshot, by schema and name, without {@link TableInfo#rows()}. */
    List<TableInfo> tables();

    /**
     * Returns a table of the newest snapshot, if there is one, with {@link TableInfo#rows()}.
     *
     * @param schema its schema, as it is written
     * @param name its name, as it is written
     */
    Optional<TableInfo> table(String schema, String name);

    /** Returns what the client is attached to, read now. */
    LakeInfo info();

    /** Like {@link #check(CheckOptions)}, with {@link CheckOptions#defaults()}. */
    LakeCheck check();

    /**
     * Checks that every file that the catalog names is in the storage as it should be, and looks for files that nobody
     * needs. Others may write meanwhile. The storage is listed with the settings' own key; nothing is changed, except
     * that missing files are brought back if the options say so. What is compared is held by the engine, not on the heap.
     *
     * @param options what is looked at, and for how long
     * @throws CatalogException if the catalog does not answer
     * @throws StorageException if the storage does not answer, or does not let the key list and look at files
     * @throws QueryTimeoutException if the options' timeout passes; the operation timeout does not matter
     * @throws ClientClosedException if the client is closed, also in the middle of it
     * @throws DuckLakeException if the engine fails in another way
     */
    LakeCheck check(CheckOptions options);

    /** Returns how the client is doing: the last finding of the background probes, or a new one when there is none. */
    HealthReport health();

    /** Returns what the client is busy with now. */
    ClientStatistics statistics();

    /** Returns the settings the client was made with. */
    DuckLakeSettings settings();

    /** Closes with a grace of 10 seconds; see {@link #close(Duration)}. */
    @Override
    void close();

    /**
     * Closes: refuses new calls, waits for the running ones, then cancels what still runs. Returns by the end of the
     * grace and a second, even when the engine hangs. Never throws; further calls do nothing.
     *
     * @param grace how long running calls may go on; zero for none
     */
    void close(Duration grace);

    /**
     * The body of a transaction.
     *
     * @param <T> what it returns
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface TransactionBody<T extends @Nullable Object, X extends Exception> {
        /** Works in the transaction; it is committed when this returns and rolled back when it throws. */
        T run(Transaction transaction) throws X;
    }

    /**
     * The body of a transaction that returns nothing.
     *
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface TransactionAction<X extends Exception> {
        /** Works in the transaction; it is committed when this returns and rolled back when it throws. */
        void run(Transaction transaction) throws X;
    }

    /**
     * Works with a borrowed connection.
     *
     * @param <T> what it returns
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface ConnectionBody<T extends @Nullable Object, X extends Exception> {
        /** Works with the connection, which is closed afterwards. */
        T run(Connection connection) throws X, SQLException;
    }

    /**
     * Works with a borrowed connection and returns nothing.
     *
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface ConnectionAction<X extends Exception> {
        /** Works with the connection, which is closed afterwards. */
        void run(Connection connection) throws X, SQLException;
    }
}
