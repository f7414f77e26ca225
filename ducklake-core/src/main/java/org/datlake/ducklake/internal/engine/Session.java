package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.datlake.ducklake.internal.sql.FirstWord;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the engine. Used by one worker at a time; only {@link #cancel} and {@link #release} may come from
 * other threads.
 */
public final class Session implements Abandonable {

    /** The setting that says up to how many rows are inlined, unless the lake's own options say it. */
    static final String INLINING_LIMIT = "ducklake_default_data_inlining_row_limit";

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Pattern SETSEED = Pattern.compile("\\bsetseed\\b", Pattern.CASE_INSENSITIVE);

    private static final Set<String> BEGINNINGS = Set.of("begin", "start");
    private static final Set<String> ENDS = Set.of("commit", "rollback");

    /** The driver closes a connection that nobody refers to. */
    private static final Set<DuckDBConnection> NEVER_CLOSED = ConcurrentHashMap.newKeySet();

    private final DuckDbInstance instance;
    private final DuckDBConnection connection;
    private final String useStatement;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable DuckDBPreparedStatement running;
    private volatile boolean setAside;
    private volatile boolean cancelled;
    private boolean placed;

    /** Whether a transaction may be open. */
    private volatile boolean inTransaction;

    Session(DuckDbInstance instance, DuckDBConnection connection, String useStatement) {
        this.instance = instance;
        this.connection = connection;
        this.useStatement = useStatement;
    }

    /** Makes the lake the default catalog, once. */
    public void place() throws SQLException {
        if (!placed) {
            run(useStatement);
            placed = true;
        }
    }

    /** Lets inserts of this session go to the catalog up to so many rows, where the lake inlines at all. */
    public void inlineUpTo(int rows) throws SQLException {
        run("SET SESSION " + INLINING_LIMIT + " = " + rows);
    }

    /** Returns the driver's connection. */
    public DuckDBConnection connection() {
        return connection;
    }

    /** Returns the instance it belongs to. */
    public DuckDbInstance instance() {
        return instance;
    }

    /** Says whether it belongs to an instance that is in use. */
    boolean isUsable() {
        return !released.get() && !setAside && !instance.isClosed();
    }

    /** Says whether a call hangs on it, whose worker will release it. */
    boolean isSetAside() {
        return setAside;
    }

    /**
     * Prepares a statement.
     *
     * @throws SQLException also for setseed() on an encrypted lake
     */
    DuckDBPreparedStatement prepare(String sql) throws SQLException {
        place();
        inTransaction = inTransaction || BEGINNINGS.contains(FirstWord.of(sql));
        if (instance.isEncrypted() && SETSEED.matcher(sql).find()) {
            // DuckLake draws file keys from the generator that setseed() resets: they would repeat.
            throw new SQLException(
                    "Permission Error: setseed() is refused on an encrypted lake: the keys of data files "
                            + "are drawn from the same generator and would repeat. Seed in Java, or use an unencrypted lake");
        }
        return connection.prepareStatement(sql).unwrap(DuckDBPreparedStatement.class);
    }

    /** Runs a statement that returns nothing and has no parameters. */
    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            running = statement.unwrap(DuckDBPreparedStatement.class);
            String word = FirstWord.of(sql);
            inTransaction = inTransaction || BEGINNINGS.contains(word);
            statement.execute(sql);
            inTransaction = inTransaction && !ENDS.contains(word);
        } finally {
            running = null;
        }
    }

    void setRunning(@Nullable DuckDBPreparedStatement statement) {
        running = statement;
        if (statement != null) {
            cancelled = false;
        }
    }

    /** Says whether the statement that runs, or ran last, was asked to stop. */
    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void cancel() {
        cancelled = true;
        DuckDBPreparedStatement statement = running;
        if (statement == null) {
            return;
        }
        try {
            statement.cancel();
        } catch (SQLException | RuntimeException e) {
            // It ended or was closed in the meantime: there is nothing left to cancel.
            LOG.trace("nothing to cancel");
        }
    }

    @Override
    public void setAside() {
        setAside = true;
    }

    /** Rolls back what is open, if anything is. */
    public void rollBack() {
        try {
            run("ROLLBACK");
        } catch (SQLException | RuntimeException e) {
            // Mostly there was none. Otherwise it is over all the same: the catalog ends it when the wire breaks.
            LOG.trace("nothing was rolled back");
        }
    }

    /**
     * Closes the connection; an open transaction is rolled back. May block while the engine waits for I/O.
     *
     * <p>In an instance that is broken nothing can be rolled back, and DuckLake's way of finding that out, when a
     * connection is closed that has a transaction open, ends the whole process: such a connection is never closed.
     */
    @Override
    public void release() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        instance.forget(this);
        // The engine would do so by itself, but where it cannot reach the catalog any more, the error has nowhere to go
        // there and ends the process.
        rollBack();
        if (inTransaction && instance.isBroken()) {
            NEVER_CLOSED.add(connection);
            LOG.error(
                    "a transaction was open in a DuckDB instance that broke: the memory of that instance is not freed, and "
                            + "a catalog in a file stays locked, until this process ends");
            return;
        }
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            // A broken connection has nothing to lose: what was not committed is not there.
            LOG.debug("closing a connection to the engine failed");
        }
    }
}
