package org.datlake.ducklake.internal;

import java.util.OptionalLong;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Explainer;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** A statement that returns rows, and the place where it runs: a shared session, a transaction, the lake at a snapshot. */
abstract class RowStatement implements Explainer {

    private final String sql;
    private final @Nullable Object[] parameters;

    /**
     * Makes one.
     *
     * @param parameters are not changed any more
     */
    RowStatement(String sql, @Nullable Object[] parameters) {
        this.sql = sql;
        this.parameters = parameters;
    }

    final String sql() {
        return sql;
    }

    final @Nullable Object[] parameters() {
        return parameters;
    }

    /** Runs it. */
    abstract OpenResult open(Deadline deadline) throws EngineFailure;

    /** Returns the snapshot that it reads, where that is known; for some, only once it runs. */
    OptionalLong snapshot() {
        return OptionalLong.empty();
    }
}
