package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.internal.sql.SqlText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's own pool of connections to PostgreSQL. Thread-safe.
 *
 * <p>By default DuckDB asks each connection of it whether it lives before and after its use, which costs each transaction
 * two round trips. Here that begins with the first call that loses the catalog. Before it, a call runs into a dead connection
 * and is repeated like any other that the catalog failed; after it, none does, however many connections died with that one.
 */
final class CatalogPool {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogPool.class);
    private static final String CHECK = "pg_pool_health_check_query";

    private final Administration engine;
    private final String alias;
    private final AtomicBoolean checking = new AtomicBoolean();

    /**
     * Makes one for the pool of a lake.
     *
     * @param engine runs statements
     * @param alias the lake's
     */
    CatalogPool(Administration engine, String alias) {
        this.engine = engine;
        this.alias = alias;
    }

    /** Returns the statements that must run before the catalog is attached. */
    static List<String> settings() {
        return List.of(
                // No limit: a connection that breaks in use is counted as in use for ever, and once as many as the
                // limit
                // have broken, nothing is pooled any more. As many as there are calls is what the pool holds anyway.
                "SET GLOBAL pg_pool_max_connections = " + Integer.MAX_VALUE, "SET GLOBAL " + CHECK + " = ''");
    }

    /**
     * Lets the engine look at each connection before it is used, from now on.
     *
     * @param given the settings that the user asked for, which are left alone
     */
    void check(Map<String, String> given) {
        if (!given.containsKey(CHECK) && checking.compareAndSet(false, true)) {
            configure("health_check_query = 'SELECT 1'", "calls may run into connections that PostgreSQL has closed");
        }
    }

    /**
     * Closes what is idle. Without this, a client that has lived through an outage of PostgreSQL leaves connections behind:
     * what failed then keeps the engine's pool of them alive.
     */
    void dropIdle() {
        configure(
                "idle_timeout_millis = 1, max_connections = 0",
                "the engine's connections to the catalog database stay until they have been idle for a minute");
    }

    private void configure(String options, String otherwise) {
        try {
            engine.run("FROM postgres_configure_pool(catalog_name = " + SqlText.literal("__ducklake_metadata_" + alias)
                    + ", " + options + ")");
        } catch (SQLException e) {
            LOG.debug(otherwise);
        }
    }

    /** Runs administrative statements. */
    @FunctionalInterface
    interface Administration {
        void run(String sql) throws SQLException;
    }
}
