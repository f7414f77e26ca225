package org.datlake.ducklake.internal.fault;

import java.sql.SQLException;
import org.datlake.ducklake.DuckLakeException;
import org.jspecify.annotations.Nullable;

/** Carries a fault from the engine to whichever face of the client the call came in by. */
public final class EngineFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient EngineFault fault;

    /** Wraps a fault. */
    public EngineFailure(EngineFault fault) {
        super(fault.message());
        this.fault = fault;
    }

    /** Returns the fault. */
    public EngineFault fault() {
        return fault;
    }

    /** Returns the fault that stands behind an exception made by {@link #toSqlException}, or null for others. */
    public static @Nullable EngineFault faultBehind(SQLException error) {
        return error.getCause() instanceof EngineFailure failure ? failure.fault : null;
    }

    /** Makes the exception that users of plain JDBC get, with this one as its cause. */
    public SQLException toSqlException() {
        SQLException exception = fault.toSqlException();
        exception.initCause(this);
        return exception;
    }

    /** Makes the exception that callers of the client get, with this one as its cause. */
    public DuckLakeException toException() {
        return fault.toException(this);
    }
}
