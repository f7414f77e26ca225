package org.datlake.ducklake.internal.engine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.internal.sql.SqlText;
import org.datlake.ducklake.internal.staging.RowsFunction;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DuckDB instance, kept alive by an anchor connection that runs nothing but administrative statements; everyone
 * else works on a duplicate. Thread-safe.
 */
public final class DuckDbInstance {

    private static final Logger LOG = LoggerFactory.getLogger(DuckDbInstance.class);

    private final DuckDBConnection anchor;
    private final String alias;
    private final boolean encrypted;
    private final @Nullable CatalogPool pool;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable RowsFunction rows;
    private volatile boolean closed;
    private volatile boolean broken;

    private DuckDbInstance(DuckDBConnection anchor, String alias, boolean encrypted, boolean pooled) {
        this.anchor = anchor;
        this.alias = alias;
        this.encrypted = encrypted;
        this.pool = pooled ? new CatalogPool(this::runApart, alias) : null;
    }

    /**
     * Starts an instance.
     *
     * @param settings what must stand before anything else happens
     * @param pooled whether the engine will have a pool of connections to the catalog
     */
    static DuckDbInstance start(Properties settings, String alias, boolean encrypted, boolean pooled)
            throws SQLException {
        // Not through DriverManager, which would load every driver on the class path.
        DuckDBConnection anchor = (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", settings);
        return new DuckDbInstance(anchor, alias, encrypted, pooled);
    }

    /** Returns the name that SQL uses for the lake. */
    String alias() {
        return alias;
    }

    /** Says whether the lake's files are encrypted. */
    boolean isEncrypted() {
        return encrypted;
    }

    /** Returns the function that rows of Java are read with. */
    public synchronized RowsFunction rows() throws SQLException {
        RowsFunction present = rows;
        if (present == null) {
            try (DuckDBConnection own = anchor.duplicate()) {
                present = RowsFunction.register(own);
            }
            rows = present;
        }
        return present;
    }

    /** Runs an administrative statement. */
    void run(String sql) throws SQLException {
        try (Statement statement = anchor.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Says whether it still answers the simplest of queries. */
    boolean answers() {
        try {
            return read("SELECT 1 AS one").size() == 1;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Runs an administrative statement on a connection of its own, so that several can run at once. */
    void runApart(String sql) throws SQLException {
        try (DuckDBConnection own = anchor.duplicate();
                Statement statement = own.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the rows of an administrative query, each as texts by column. */
    List<Map<String, String>> read(String sql) throws SQLException {
        try (DuckDBConnection own = anchor.duplicate();
                Statement statement = own.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<Map<String, String>> read = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns; i++) {
                    String value = rows.getString(i);
                    if (value != null) {
                        row.put(rows.getMetaData().getColumnName(i), value);
                    }
                }
                read.add(row);
            }
            return read;
        }
    }

    /**
     * Opens a session. It has its own settings, transaction and temporary tables, and costs microseconds; making the
     * lake its default, which {@link Session#place} does, costs a visit to the catalog.
     */
    public Session openSession() throws SQLException {
        return openSession(alias);
    }

    /** Opens a session that works in another attached catalog, such as the lake at a snapshot. */
    public Session openSession(String catalog) throws SQLException {
        Session session = new Session(this, anchor.duplicate(), "USE " + SqlText.identifier(catalog));
        sessions.add(session);
        if (closed) {
            session.release();
        }
        return session;
    }

    /** Returns the engine's pool of connections to the catalog; null if it has none. */
    @Nullable CatalogPool pool() {
        return pool;
    }

    void forget(Session session) {
        sessions.remove(session);
    }

    /** Returns how many sessions are open. */
    public int openSessions() {
        return sessions.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Says whether no statement can run on it any more. */
    boolean isBroken() {
        return broken || (!closed && !answers());
    }

    /** Closes what can be closed of an instance that is broken. */
    void discard() {
        broken = true;
        close();
    }

    /** Cancels what runs and closes everything. May block while the engine waits for I/O. */
    void close() {
        closed = true;
        for (Session session : sessions) {
            session.cancel();
            session.release();
        }
        if (pool != null) {
            pool.dropIdle();
        }
        try {
            anchor.close();
        } catch (SQLException e) {
            // Only the connection's own state is lost; the process goes on, and nobody can act on it.
            LOG.debug("closing the DuckDB instance failed");
        }
    }
}
