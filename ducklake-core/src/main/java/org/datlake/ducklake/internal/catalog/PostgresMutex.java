package org.datlake.ducklake.internal.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that clients in all processes may take in turn, again and again, on one connection that is kept. It is a
 * courtesy: whoever does not get it soon, or loses its connection, goes on without. Thread-safe.
 */
public final class PostgresMutex implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresMutex.class);

    /** How long connecting may take; whoever has less time left does not try. */
    private static final Duration CONNECTING = Duration.ofSeconds(1);

    /** How long nobody tries to connect after a failure, as every try holds up a write. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration ANSWERING = Duration.ofMillis(300);

    private final PostgresCatalog catalog;
    private final String key;
    private final String busyKey;
    private @Nullable Connection connection;
    private @Nullable PreparedStatement locking;
    private @Nullable PreparedStatement trying;
    private @Nullable PreparedStatement unlocking;
    private long failedAt = System.nanoTime() - PAUSE.toNanos();

    PostgresMutex(PostgresCatalog catalog, String name) {
        this.catalog = catalog;
        this.key = key(name);
        this.busyKey = busyKey(name);
    }

    /** Returns the number, in SQL, that PostgreSQL knows a lock by. */
    static String key(String name) {
        return "hashtextextended(" + SqlText.literal(name) + ", 0)";
    }

    /**
     * Returns a second key, which whoever has the lock holds, too: those who only want to know when it is given up share
     * this one, and are not in the way of those who want the lock.
     */
    static String busyKey(String name) {
        return key(name + " busy");
    }

    /** What became of an attempt. */
    public enum Attempt {
        /** It is held now, to be released. */
        HELD,
        /** Somebody else has it. */
        BUSY,
        /** There is no telling. */
        UNAVAILABLE
    }

    /**
     * Takes the lock.
     *
     * @param patience how long to wait for it
     * @return whether it is held now, to be released
     */
    public synchronized boolean acquire(Duration patience) {
        try {
            connect(patience);
            return locking != null && ask(locking, patience) == Attempt.HELD;
        } catch (SQLException e) {
            fail();
            return false;
        }
    }

    /**
     * Takes the lock if nobody has it.
     *
     * @param patience how long to wait for those who look whether it is free
     */
    public synchronized Attempt tryAcquire(Duration patience) {
        try {
            connect(patience);
            return trying == null ? Attempt.UNAVAILABLE : ask(trying, patience);
        } catch (SQLException e) {
            fail();
            return Attempt.UNAVAILABLE;
        }
    }

    private Attempt ask(PreparedStatement lock, Duration patience) throws SQLException {
        lock.getConnection()
                .setNetworkTimeout(Runnable::run, (int) patience.plus(ANSWERING).toMillis());
        lock.setString(1, Math.max(1, patience.toMillis()) + "ms");
        try (ResultSet answer = lock.executeQuery()) {
            answer.next();
            return answer.getBoolean(1) ? Attempt.HELD : Attempt.BUSY;
        } catch (SQLException e) {
            if (!PostgresCatalog.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            // It may have got the first of the two.
            release();
            return Attempt.BUSY;
        }
    }

    private void connect(Duration patience) throws SQLException {
        if (connection == null) {
            boolean pausing = System.nanoTime() - failedAt < PAUSE.toNanos();
            if (pausing || patience.compareTo(CONNECTING) < 0) {
                return;
            }
            Connection opened = catalog.open(CONNECTING);
            connection = opened;
            // The setting is made first, whatever the planner thinks: a subquery in FROM that it cannot pull up.
            String patiently = " FROM (SELECT set_config('lock_timeout', ?, false) OFFSET 0) s";
            String busy = "pg_advisory_lock(" + busyKey + ")::text IS NOT NULL";
            locking = opened.prepareStatement("SELECT CASE WHEN pg_advisory_lock(" + key + ")::text IS NOT NULL THEN "
                    + busy + " END" + patiently);
            trying = opened.prepareStatement(
                    "SELECT CASE WHEN pg_try_advisory_lock(" + key + ") THEN " + busy + " ELSE false END" + patiently);
            unlocking = opened.prepareStatement("SELECT pg_advisory_unlock_all()");
        }
    }

    /** Gives the lock to whoever waits for it. */
    public synchronized void release() {
        PreparedStatement unlock = unlocking;
        if (unlock == null) {
            return;
        }
        try {
            unlock.execute();
        } catch (SQLException e) {
            fail();
        }
    }

    private void fail() {
        LOG.debug(
                "the connection that holds the write fence failed; writes go on without it for {} s",
                PAUSE.toSeconds());
        failedAt = System.nanoTime();
        close();
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        locking = null;
        trying = null;
        unlocking = null;
        PostgresCatalog.close(open);
    }
}
