package org.datlake.ducklake.internal.fault;

/** What a failure means to us. */
public enum FaultKind {
    /** Another transaction was faster; everything may be run again. */
    CONFLICT(true),
    /** PostgreSQL does not answer or cut the connection. */
    CATALOG_DOWN(true),
    /** PostgreSQL answers but lets nobody write, as after a failover. */
    CATALOG_READ_ONLY(true),
    /** PostgreSQL has no room left on its disk. */
    CATALOG_FULL(true),
    /** PostgreSQL does not let us in, or the database is not there. */
    CATALOG_REFUSED(false),
    /** The object store does not answer. */
    STORAGE_DOWN(true),
    /** The object store does not let us. */
    STORAGE_REFUSED(false),
    /** A file or bucket is not there. */
    STORAGE_MISSING(false),
    /** The deadline passed, or someone cancelled. */
    TIMEOUT(true),
    /** All workers hang, or the lake is not attached yet. */
    UNAVAILABLE(true),
    /** The DuckDB instance is broken and must be replaced. */
    ENGINE_FATAL(true),
    /** The DuckDB instance may be broken. */
    ENGINE_SUSPECT(false),
    /** The client, connection, statement or result is closed. */
    CLOSED(false),
    /** The statement is not one that this caller may run. */
    REFUSED(false),
    /** The statement or its values are wrong. */
    STATEMENT(false);

    private final boolean retryable;

    FaultKind(boolean retryable) {
        this.retryable = retryable;
    }

    /** Says whether the same call may succeed later. */
    public boolean isRetryable() {
        return retryable;
    }
}
