package org.datlake.ducklake.internal.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL as the catalog database, through its own driver: DuckDB's way to it gives no usable errors. Thread-safe. */
public final class PostgresCatalog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresCatalog.class);

    /** The first half of all advisory locks of this library, so that they do not meet those of others. */
    private static final int LOCK_SPACE = 0x0DA71A4E;

    /** Whether a snapshot bears names of writes, as all conditions and indexes on them say; and the first of these. */
    private static final String NAMED = "commit_extra_info LIKE 'datlake,%'";

    private static final String FIRST_NAME = "split_part(commit_extra_info, ',', 2)";

    private static final String UNIQUE_VIOLATION = "23505";
    static final String LOCK_NOT_AVAILABLE = "55P03";

    private final CatalogSettings.Postgres settings;
    private final String metadataSchema;
    private final String applicationName;
    private final PostgresErrors errors;
    private @Nullable HikariDataSource pool;
    private boolean closed;

    /** Makes a catalog; nothing is contacted yet. */
    public PostgresCatalog(CatalogSettings.Postgres settings, String metadataSchema, String applicationName) {
        this.settings = settings;
        this.metadataSchema = metadataSchema;
        this.applicationName = applicationName;
        this.errors = new PostgresErrors(settings);
    }

    /**
     * Reads what stands in the catalog.
     *
     * @param timeout how long connecting and each answer may take
     * @throws EngineFailure with a plain reason if it cannot be read
     */
    public CatalogState inspect(Duration timeout) throws EngineFailure {
        try (Connection connection = open(timeout)) {
            return inspect(connection);
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    private CatalogState inspect(Connection connection) throws SQLException {
        String metadata = SqlText.identifier(metadataSchema) + ".ducklake_metadata";
        try (PreparedStatement exists = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            exists.setString(1, metadata);
            try (ResultSet found = exists.executeQuery()) {
                found.next();
                if (!found.getBoolean(1)) {
                    return CatalogState.EMPTY;
                }
            }
        }
        Map<String, String> options = new HashMap<>();
        boolean scopedInlining = false;
        // Catalogs before format 0.2 know no scope; to_jsonb reads the column where there is one.
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT m.key, m.value, to_jsonb(m) ->> 'scope' FROM " + metadata + " m")) {
            while (rows.next()) {
                String key = rows.getString(1);
                String value = rows.getString(2);
                if (rows.getString(3) == null) {
                    options.put(key, value == null ? "" : value);
                } else if (key.equals("data_inlining_row_limit") && !"0".equals(value)) {
                    scopedInlining = true;
                }
            }
        }
        return new CatalogState(true, options, scopedInlining);
    }

    /**
     * Does something while no other client of this library creates or migrates the same catalog.
     *
     * @param timeout how long connecting, waiting for the lock, and each answer may take
     * @param work gets what stands in the catalog once the lock is held
     */
    public <T> T exclusively(Duration timeout, Exclusive<T> work) throws EngineFailure {
        try (Connection connection = open(timeout);
                Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = " + Math.max(100, timeout.toMillis() - 500));
            // Held by the session: closing the connection, or losing it, frees the lock.
            statement.execute(
                    "SELECT pg_advisory_lock(" + LOCK_SPACE + ", hashtext(" + SqlText.literal(metadataSchema) + "))");
            return work.run(inspect(connection));
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /**
     * Asks whether PostgreSQL answers.
     *
     * @param timeout how long it may take
     * @throws EngineFailure if it does not
     */
    public void probe(Duration timeout) throws EngineFailure {
        try (Connection connection = pool().getConnection()) {
            if (!connection.isValid(Math.max(1, (int) timeout.toSeconds()))) {
                throw errors.silent();
            }
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /**
     * Finds the snapshots in whose extra information names stand.
     *
     * @return the snapshot of each name that was found
     * @throws EngineFailure if PostgreSQL does not answer within seconds
     */
    public Map<String, Long> findSnapshots(Collection<String> names) throws EngineFailure {
        // Written so that the index on it can be used, where the lake was created with one.
        String sql = "SELECT snapshot_id, commit_extra_info FROM " + snapshotChanges() + " WHERE " + NAMED
                + " AND string_to_array(commit_extra_info, ',') && ?::text[]";
        try (Connection connection = pool().getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setArray(1, connection.createArrayOf("text", names.toArray()));
            Map<String, Long> snapshots = new HashMap<>();
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    for (String name : found.getString(2).split(",", -1)) {
                        snapshots.put(name, found.getLong(1));
                    }
                }
            }
            snapshots.keySet().retainAll(new HashSet<>(names));
            return snapshots;
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /**
     * Finds the snapshot in whose extra information a name stands first.
     *
     * @return the snapshot; empty if there is none
     * @throws EngineFailure if PostgreSQL does not answer within seconds
     */
    public OptionalLong findSnapshotByFirst(String name) throws EngineFailure {
        // Where the lake was created without the index, the newest snapshots are looked at first.
        String sql = "SELECT snapshot_id FROM " + snapshotChanges() + " WHERE " + NAMED + " AND " + FIRST_NAME
                + " = ? ORDER BY snapshot_id DESC LIMIT 1";
        try (Connection connection = pool().getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, name);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /**
     * Waits until no transaction that has written a snapshot is still open. A COMMIT is sent after that, so whoever lost
     * its answer knows: from then on it has come true, or never will.
     *
     * <p>The next snapshot's id is inserted and taken back. PostgreSQL lets nobody insert it while another transaction
     * has done so and not ended; readers and those who commit later notice nothing.
     *
     * @param timeout how long to wait, at most a second and a half
     * @return whether none is open; false if one still is
     * @throws EngineFailure if PostgreSQL does not answer, or lets nobody write
     */
    public boolean awaitOpenSnapshot(Duration timeout) throws EngineFailure {
        String snapshots = SqlText.identifier(metadataSchema) + ".ducklake_snapshot";
        long millis = Math.max(1, Math.min(1500, timeout.toMillis()));
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                // Nothing stays of it, so it may be done where an administrator has asked that nobody writes for now.
                statement.execute("SET TRANSACTION READ WRITE");
                statement.execute("SET LOCAL lock_timeout = " + millis);
                statement.execute(
                        "INSERT INTO " + snapshots + " (snapshot_id) SELECT max(snapshot_id) + 1 FROM " + snapshots);
                return true;
            } catch (SQLException e) {
                if (UNIQUE_VIOLATION.equals(e.getSQLState()) || LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    // One has just committed, and another may have begun meanwhile; or one takes long.
                    return false;
                }
                throw errors.failure(e);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /** Returns a lock that clients of this lake take in turn; it connects when it is taken first. */
    public PostgresMutex mutex(String name) {
        return new PostgresMutex(this, lockName(name));
    }

    /** Returns the table by which clients of this lake leave each other rows. */
    public HandoverTable handover() {
        return new HandoverTable(this, metadataSchema, lockName("leaving"), PostgresMutex.busyKey(lockName("writers")));
    }

    /**
     * Says whether PostgreSQL lets nobody write now.
     *
     * @throws EngineFailure if it does not answer
     */
    public boolean isReadOnly() throws EngineFailure {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet setting = statement.executeQuery("SHOW transaction_read_only")) {
            setting.next();
            return setting.getString(1).equals("on");
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    /**
     * Takes locks that all clients of this library respect, until they are closed or their connection is lost.
     *
     * @param names what is locked, in this lake; in an order that is everyone's, or two may wait for each other
     * @param timeout how long to wait for each
     */
    public Lock lock(Collection<String> names, Duration timeout) throws EngineFailure {
        Connection connection = null;
        try {
            connection = open(timeout);
            try (Statement statement = connection.createStatement();
                    PreparedStatement lock = connection.prepareStatement(
                            "SELECT pg_advisory_lock(hashtextextended(name, 0)) FROM unnest(?::text[]) AS name")) {
                statement.execute("SET lock_timeout = " + Math.max(100, timeout.toMillis() - 500));
                lock.setArray(
                        1,
                        connection.createArrayOf(
                                "text", names.stream().map(this::lockName).toArray()));
                lock.execute();
            }
            return new Lock(connection);
        } catch (SQLException e) {
            close(connection);
            throw errors.failure(e);
        }
    }

    private String lockName(String name) {
        return "datlake " + metadataSchema + " " + name;
    }

    static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // The server ends the session, and with it the lock, as soon as it notices.
                LOG.debug("closing a connection to the catalog database failed");
            }
        }
    }

    /**
     * Prepares a lake that was just created: the names of writes are found quickly however many snapshots there are, and
     * no two snapshots bear the same one.
     */
    public void indexNames(Duration timeout) throws EngineFailure {
        String changes = snapshotChanges();
        try (Connection connection = open(timeout);
                Statement statement = connection.createStatement()) {
            // The first name only: all those of a large group are longer than an entry of an index may be.
            statement.execute("CREATE UNIQUE INDEX IF NOT EXISTS datlake_operation ON " + changes + " (" + FIRST_NAME
                    + ") WHERE " + NAMED);
            // What is pending is read by every search, so little may be.
            statement.execute("CREATE INDEX IF NOT EXISTS datlake_operations ON " + changes
                    + " USING gin (string_to_array(commit_extra_info, ',')) WITH (gin_pending_list_limit = 64)"
                    + " WHERE " + NAMED);
        } catch (SQLException e) {
            throw errors.failure(e);
        }
    }

    private String snapshotChanges() {
        return SqlText.identifier(metadataSchema) + ".ducklake_snapshot_changes";
    }

    Connection open(Duration timeout) throws SQLException {
        return dataSource(timeout).getConnection();
    }

    /** Returns a connection for a question that is answered at once. */
    Connection pooled() throws SQLException {
        return pool().getConnection();
    }

    EngineFailure failure(SQLException error) {
        return errors.failure(error);
    }

    private PGSimpleDataSource dataSource(Duration timeout) throws SQLException {
        int seconds = Math.max(1, (int) Math.min(timeout.toSeconds(), 3600));
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {settings.host()});
        source.setPortNumbers(new int[] {settings.port()});
        source.setDatabaseName(settings.database());
        source.setUser(settings.user());
        source.setPassword(settings.password().reveal());
        source.setApplicationName(applicationName);
        source.setConnectTimeout(seconds);
        source.setLoginTimeout(seconds);
        source.setSocketTimeout(seconds);
        source.setTcpKeepAlive(true);
        // A plan that is kept would go on reading the whole table, as was right when the lake was new and it was small.
        source.setPrepareThreshold(0);
        source.setSslMode(settings.sslMode().libpqName());
        if (settings.sslRootCert() != null) {
            source.setSslRootCert(settings.sslRootCert().toString());
        }
        // Server messages may hold row values.
        source.setProperty(PGProperty.LOG_SERVER_ERROR_DETAIL, "false");
        return source;
    }

    private synchronized HikariDataSource pool() throws SQLException {
        if (closed) {
            throw new SQLException("the catalog is closed", "08003");
        }
        HikariDataSource made = pool;
        if (made == null) {
            HikariConfig config = new HikariConfig();
            config.setPoolName("datlake-catalog");
            config.setDataSource(dataSource(Duration.ofSeconds(2)));
            config.setMaximumPoolSize(4);
            config.setMinimumIdle(0);
            config.setInitializationFailTimeout(-1);
            // Else the pool asks its first connection, and if that breaks, takes -1 for all that follow: it is dead.
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
            // The pool keeps trying for this long when it is refused; a first look at health has a second in all.
            config.setConnectionTimeout(900);
            config.setValidationTimeout(500);
            made = new HikariDataSource(config);
            pool = made;
        }
        return made;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            pool.close();
        }
    }

    /** A lock that is held by a connection of its own. */
    public final class Lock implements AutoCloseable {

        private final Connection connection;

        private Lock(Connection connection) {
            this.connection = connection;
        }

        /**
         * Makes sure that it is still held.
         *
         * @throws EngineFailure if the connection was lost
         */
        public void check() throws EngineFailure {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            } catch (SQLException e) {
                throw errors.failure(e);
            }
        }

        @Override
        public void close() {
            PostgresCatalog.close(connection);
        }
    }

    /**
     * Work under the lock.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    public interface Exclusive<T> {
        /** Works. */
        T run(CatalogState state) throws EngineFailure;
    }
}
