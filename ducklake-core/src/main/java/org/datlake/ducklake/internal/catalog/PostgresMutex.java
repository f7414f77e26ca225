package org.datlake.ducklake.internal.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
    private @Nullable Connection connection;
    private @Nullable PreparedStatement locking;
    private @Nullable PreparedStatement unlocking;
    private long failedAt = System.nanoTime() - PAUSE.toNanos();

    PostgresMutex(PostgresCatalog catalog, String name) {
        this.catalog = catalog;
        this.key = "hashtextextended(" + SqlText.literal(name) + ", 0)";
    }

    /**
     * Takes the lock.
     *
     * @param patience how long to wait for it
     * @return whether it is held now, to be released
     */
    public synchronized boolean acquire(Duration patience) {
        try {
            PreparedStatement lock = connect(patience);
            if (lock == null) {
                return false;
            }
            lock.getConnection().setNetworkTimeout(Runnable::run, (int)
                    patience.plus(ANSWERING).toMillis());
            lock.setString(1, Math.max(1, patience.toMillis()) + "ms");
            lock.execute();
            return true;
        } catch (SQLException e) {
            if (!PostgresCatalog.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                fail();
            }
            return false;
        }
    }

    private @Nullable PreparedStatement connect(Duration patience) throws SQLException {
        if (connection == null) {
            boolean pausing = System.nanoTime() - failedAt < PAUSE.toNanos();
            if (pausing || patience.compareTo(CONNECTING) < 0) {
                return null;
            }
            connection = catalog.open(CONNECTING);
            // The setting is made first, whatever the planner thinks: a subquery in FROM that it cannot pull up.
            locking = connection.prepareStatement("SELECT pg_advisory_lock(" + key
                    + ") FROM (SELECT set_config('lock_timeout', ?, false) OFFSET 0) s");
            unlocking = connection.prepareStatement("SELECT pg_advisory_unlock(" + key + ")");
        }
        return locking;
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
        unlocking = null;
        PostgresCatalog.close(open);
    }
}
