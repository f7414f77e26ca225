package org.datlake.ducklake.metrics;

/** The names and tags of all meters. Prometheus writes dots as underscores and adds units. */
public final class DuckLakeMeters {

    /** Timer: statements, by {@link #OPERATION}, {@link #OUTCOME} and {@link #ERROR}. */
    public static final String QUERIES = "ducklake.queries";
    /** Timer: transactions with all their repetitions, by {@link #OUTCOME} and {@link #ERROR}. */
    public static final String COMMITS = "ducklake.commits";
    /** Timer: attempts to attach the lake, by {@link #OUTCOME} and {@link #ERROR}. */
    public static final String ATTACH = "ducklake.attach";
    /** Counter: what was tried again, by {@link #OPERATION} and {@link #ERROR}. */
    public static final String RETRIES = "ducklake.retries";
    /** Counter: how often a broken engine was replaced. */
    public static final String ENGINE_REOPENS = "ducklake.engine.reopens";
    /** Counter: calls that hung past their deadline. */
    public static final String CALLS_QUARANTINED = "ducklake.calls.quarantined";
    /** Gauge: open connections to the engine. */
    public static final String CONNECTIONS_ACTIVE = "ducklake.connections.active";
    /** Gauge: calls that run in the engine. */
    public static final String CALLS_RUNNING = "ducklake.calls.running";
    /** Gauge: calls that wait for a place. */
    public static final String CALLS_WAITING = "ducklake.calls.waiting";
    /** Gauge: calls that hang past their deadline now. */
    public static final String CALLS_HANGING = "ducklake.calls.hanging";
    /** Gauge: 1 while the catalog database answers, else 0. */
    public static final String CATALOG_UP = "ducklake.catalog.up";
    /** Gauge: 1 while the storage answers, else 0. */
    public static final String STORAGE_UP = "ducklake.storage.up";
    /** Gauge: the newest snapshot's id; NaN while it is not known. */
    public static final String SNAPSHOT_ID = "ducklake.snapshot.id";
    /** Gauge: rows that lie in the catalog, unencrypted, until they are flushed; looked up once a minute. */
    public static final String INLINED_ROWS = "ducklake.inlined.rows";

    /** Gauge, bytes: DuckDB's memory, by {@link #TAG} as duckdb_memory() names it. */
    public static final String DUCKDB_MEMORY = "ducklake.duckdb.memory";
    /** Gauge, bytes: what DuckDB has spilled, by {@link #TAG}. */
    public static final String DUCKDB_SPILLED = "ducklake.duckdb.spilled";
    /** Gauge, bytes: what the process occupies of the machine's memory. */
    public static final String PROCESS_RSS = "ducklake.process.rss";
    /** Gauge, bytes: what the container may use; missing outside containers. */
    public static final String CONTAINER_LIMIT = "ducklake.container.memory.limit";
    /** Gauge, bytes: what the container uses, file cache not counted; missing outside containers. */
    public static final String CONTAINER_USED = "ducklake.container.memory.used";

    /** Tag: the lake's alias. */
    public static final String CATALOG = "catalog";
    /** Tag: query, execute, jdbc, commit or attach. */
    public static final String OPERATION = "operation";
    /** Tag: success or error. */
    public static final String OUTCOME = "outcome";
    /** Tag: DuckDB's word for the error, or none. */
    public static final String ERROR = "error";
    /** Tag: DuckDB's word for what memory is used for. */
    public static final String TAG = "tag";

    private DuckLakeMeters() {}
}
