package org.datlake.ducklake.it.commit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.datlake.ducklake.testing.PostgresServer;

/** Counts the sessions that clients have in PostgreSQL, again and again until it is closed. */
final class SessionCount implements AutoCloseable {

    private static final long EVERY_MILLIS = 100;

    private final AtomicInteger most = new AtomicInteger();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> counting;

    /** Starts to count the sessions of all clients that know the lake in a database by an alias. */
    SessionCount(PostgresServer server, String database, String alias) {
        counting = thread.scheduleWithFixedDelay(
                () -> look(server, database, alias), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(PostgresServer server, String database, String alias) {
        try {
            int count = of(server, database, alias);
            most.accumulateAndGet(count, Math::max);
        } catch (SQLException e) {
            // It is down, which is what this is about.
        }
    }

    /** Counts them once. */
    static int of(PostgresServer server, String database, String alias) throws SQLException {
        try (Connection connection = server.connect("postgres");
                PreparedStatement count = connection.prepareStatement(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = ? AND application_name = ?")) {
            count.setString(1, database);
            count.setString(2, "datlake-" + alias);
            try (ResultSet result = count.executeQuery()) {
                result.next();
                return result.getInt(1);
            }
        }
    }

    /** Returns the largest count so far. */
    int most() {
        return most.get();
    }

    @Override
    public void close() {
        counting.cancel(true);
        thread.shutdownNow();
    }
}
