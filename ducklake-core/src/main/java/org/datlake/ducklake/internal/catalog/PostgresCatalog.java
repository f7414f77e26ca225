package org.datlake.ducklake.internal.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL as the catalog database, through its own driver: DuckDB's way to it gives no usable errors. Thread-safe. */
public final class PostgresCatalog implements AutoCloseable {

    /** The first half of all advisory locks of this library, so that they do not meet those of others. */
    private static final int LOCK_SPACE = 0x0DA71A4E;

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

    private Connection open(Duration timeout) throws SQLException {
        return dataSource(timeout).getConnection();
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
            config.setMaximumPoolSize(2);
            config.setMinimumIdle(0);
            config.setInitializationFailTimeout(-1);
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
