package org.datlake.ducklake.internal.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.sql.SqlText;

/**
 * A table beside DuckLake's own, where processes that wait for their turn leave their rows, so that whoever has it writes
 * them too. A trigger settles each of them in the transaction of the snapshot that holds it, once: whoever takes rows
 * back before is certain that they are not committed and never will be, and a snapshot with rows that were taken back
 * fails. The table is unlogged: when PostgreSQL crashes, what waits is lost, and those who wait write it themselves.
 * Thread-safe.
 */
public final class HandoverTable {

    /** More at once would keep the others waiting. */
    private static final int MOST_AT_ONCE = 32;

    private static final String UNDEFINED_TABLE = "42P01";

    private final PostgresCatalog catalog;
    private final String table;
    private final String changes;
    private final String function;

    /** A lock that those who leave rows share, until that is committed. */
    private final String leaving;

    /** A lock that whoever writes holds, until that is committed. */
    private final String writing;

    HandoverTable(PostgresCatalog catalog, String metadataSchema, String lockName, String writing) {
        String schema = SqlText.identifier(metadataSchema);
        this.catalog = catalog;
        this.table = schema + ".datlake_handover";
        this.changes = schema + ".ducklake_snapshot_changes";
        this.function = schema + ".datlake_settle";
        this.leaving = PostgresMutex.key(lockName);
        this.writing = writing;
    }

    /**
     * Rows that somebody left.
     *
     * @param names the names that they are to be committed under
     * @param rows the rows, encoded
     */
    // Nobody compares two of them, or changes the bytes.
    @SuppressWarnings("ArrayRecordComponent")
    public record Waiting(List<String> names, byte[] rows) {}

    /**
     * What whoever has the turn finds.
     *
     * @param mine what became of the rows that it had left itself
     * @param snapshot where they are committed, if they are
     * @param others what others have left
     */
    public record Found(Mine mine, OptionalLong snapshot, List<Waiting> others) {}

    /** What became of rows that were left. */
    public enum Mine {
        /** They are here again, and nobody else will write them. */
        TAKEN_BACK,
        /** Somebody has written them. */
        COMMITTED,
        /** They were never left, or they are gone: only the names of writes tell. */
        UNKNOWN
    }

    /**
     * Makes the table and its trigger, where they are not there yet.
     *
     * @throws EngineFailure if that is not allowed, or the catalog does not answer
     */
    public void prepare(Duration timeout) throws EngineFailure {
        try (PostgresCatalog.Lock lock = catalog.lock(List.of("handover"), timeout);
                Connection connection = catalog.pooled()) {
            if (!isThere(connection)) {
                make(connection);
            }
            lock.check();
        } catch (SQLException e) {
            throw catalog.failure(e);
        }
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(?) AND tgname = 'datlake_settle'")) {
            query.setString(1, changes);
            try (ResultSet found = query.executeQuery()) {
                found.next();
                return found.getLong(1) > 0;
            }
        }
    }

    private void make(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNLOGGED TABLE IF NOT EXISTS " + table
                    + " (name text PRIMARY KEY, names text[] NOT NULL, rows bytea, snapshot_id bigint,"
                    + " expires timestamptz NOT NULL)");
            statement.execute("CREATE OR REPLACE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql AS $$"
                    + " DECLARE settled integer; BEGIN"
                    + " UPDATE " + table + " SET snapshot_id = NEW.snapshot_id, rows = NULL WHERE snapshot_id IS NULL"
                    + " AND name = ANY (string_to_array(NEW.commit_extra_info, ','));"
                    + " GET DIAGNOSTICS settled = ROW_COUNT;"
                    // Without the words by which DuckLake knows what it may try again.
                    + " IF settled <> substring(NEW.commit_extra_info from 'handed-over=([0-9]+)$')::integer THEN"
                    + " RAISE EXCEPTION 'rows that were left to this writer have been taken back'; END IF;"
                    + " RETURN NULL; END $$");
            statement.execute("CREATE TRIGGER datlake_settle AFTER INSERT ON " + changes + " FOR EACH ROW"
                    + " WHEN (NEW.commit_extra_info LIKE 'datlake,%,handed-over=%') EXECUTE FUNCTION " + function
                    + "()");
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /**
     * Leaves rows for whoever has the turn. When this fails, they may be there nevertheless, or come later:
     * {@link #takeBack} makes certain.
     *
     * @param waiting the rows; the first name is theirs alone
     * @param lifetime for how long they may be written
     */
    public void leave(Waiting waiting, Duration lifetime) throws EngineFailure {
        inTransaction(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                    + " (name, names, rows, expires) SELECT ?, ?, ?, now() + ? * interval '1 millisecond'"
                    + " FROM (SELECT pg_advisory_xact_lock_shared(" + leaving + ") OFFSET 0) s")) {
                insert.setString(1, waiting.names().get(0));
                insert.setArray(
                        2, connection.createArrayOf("text", waiting.names().toArray()));
                insert.setBytes(3, waiting.rows());
                insert.setLong(4, lifetime.toMillis());
                insert.execute();
            }
        });
    }

    /**
     * Waits until nobody writes, and tells whether that was done for what was left under a name. All who wait learn it at
     * the same time.
     *
     * @return the snapshot that it is committed in; empty if it still waits
     * @throws EngineFailure if somebody writes for longer than this, or the catalog does not answer
     */
    public OptionalLong awaitWritten(String name, Duration patience) throws EngineFailure {
        // One message, but statements of their own: the last one is to see what was committed while the second waited.
        String sql = "SELECT set_config('lock_timeout', ?, true); SELECT pg_advisory_xact_lock_shared(" + writing
                + "); DELETE FROM " + table + " WHERE name = ? AND snapshot_id IS NOT NULL RETURNING snapshot_id";
        try (Connection connection = catalog.pooled();
                PreparedStatement wait = connection.prepareStatement(sql)) {
            wait.setString(1, Math.max(1, patience.toMillis()) + "ms");
            wait.setString(2, name);
            wait.execute();
            wait.getMoreResults();
            wait.getMoreResults();
            try (ResultSet settled = wait.getResultSet()) {
                return settled.next() ? OptionalLong.of(settled.getLong(1)) : OptionalLong.empty();
            }
        } catch (SQLException e) {
            throw catalog.failure(e);
        }
    }

    /** Counts the groups that wait to be written. */
    public int count() throws EngineFailure {
        try (Connection connection = catalog.pooled();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT count(*) FROM " + table + " WHERE snapshot_id IS NULL AND expires >= now()");
                ResultSet found = query.executeQuery()) {
            found.next();
            return found.getInt(1);
        } catch (SQLException e) {
            throw catalog.failure(e);
        }
    }

    /**
     * Finds what others have left, and takes back what was left under a name; for whoever has the turn.
     *
     * @param mine the first name of what it left itself; empty if nothing
     */
    public Found take(String mine) throws EngineFailure {
        // What is told of mine is what was deleted: it may have been written while the statement waited for it.
        String sql = "WITH gone AS (DELETE FROM " + table
                + " WHERE name = ? OR expires < now() RETURNING name, snapshot_id)"
                + " SELECT name, NULL, NULL, snapshot_id FROM gone WHERE name = ?"
                + " UNION ALL (SELECT name, names, rows, NULL FROM " + table
                + " WHERE snapshot_id IS NULL AND expires >= now() AND name <> ? LIMIT " + MOST_AT_ONCE + ")";
        try (Connection connection = catalog.pooled();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, mine);
            query.setString(2, mine);
            query.setString(3, mine);
            Mine state = Mine.UNKNOWN;
            OptionalLong snapshot = OptionalLong.empty();
            List<Waiting> others = new ArrayList<>();
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    if (!found.getString(1).equals(mine)) {
                        others.add(new Waiting(names(found.getArray(2)), found.getBytes(3)));
                        continue;
                    }
                    long id = found.getLong(4);
                    state = found.wasNull() ? Mine.TAKEN_BACK : Mine.COMMITTED;
                    snapshot = found.wasNull() ? OptionalLong.empty() : OptionalLong.of(id);
                }
            }
            return new Found(state, snapshot, others);
        } catch (SQLException e) {
            throw catalog.failure(e);
        }
    }

    /**
     * Takes back everything that was left under one of these names and is not written; nobody will write it any more.
     * Waits for a snapshot that is being written with it, and for what is about to be left.
     *
     * @throws EngineFailure if that takes longer than a second, or the catalog does not answer
     */
    public void takeBack(Collection<String> names) throws EngineFailure {
        inTransaction(connection -> {
            try (Statement lock = connection.createStatement();
                    PreparedStatement delete = connection.prepareStatement(
                            "DELETE FROM " + table + " WHERE snapshot_id IS NULL AND names && ?")) {
                lock.execute("SET LOCAL lock_timeout = 1000");
                lock.execute("SELECT pg_advisory_xact_lock(" + leaving + ")");
                delete.setArray(1, connection.createArrayOf("text", names.toArray()));
                delete.execute();
            } catch (SQLException e) {
                // Nobody hands over anything in this lake.
                if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
                    throw e;
                }
            }
        });
    }

    private void inTransaction(Work work) throws EngineFailure {
        try (Connection connection = catalog.pooled()) {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw catalog.failure(e);
        }
    }

    private static List<String> names(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    @FunctionalInterface
    private interface Work {
        void run(Connection connection) throws SQLException;
    }
}
