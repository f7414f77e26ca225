package org.datlake.ducklake.internal;

import java.util.function.Function;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.EngineFault.Conflict;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the tables of conflicts, of which the engine often tells only the id. Thread-safe. */
final class ConflictTables {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictTables.class);

    private final String alias;
    private final Function<String, Query<Row>> query;

    /**
     * Makes one.
     *
     * @param query prepares a statement without parameters
     */
    ConflictTables(String alias, Function<String, Query<Row>> query) {
        this.alias = alias;
        this.query = query;
    }

    /** Returns the failure, with its table's name if it is a conflict about a table that can be found now. */
    EngineFailure named(EngineFailure failure) {
        EngineFault fault = failure.fault();
        Conflict conflict = fault.conflict();
        Long id = conflict == null ? null : conflict.tableId();
        String name = id == null ? null : name(id);
        if (conflict == null || name == null) {
            return failure;
        }
        EngineFailure named = new EngineFailure(
                EngineFault.conflict(fault.message() + "; the table is \"" + name + "\"", conflict.named(name)));
        named.initCause(failure);
        return named;
    }

    private @Nullable String name(long id) {
        try {
            return query
                    .apply("SELECT table_name FROM " + LakeFunctions.call("table_info", alias) + " WHERE table_id = "
                            + id)
                    .as(String.class)
                    .list()
                    .stream()
                    .findFirst()
                    .orElse(null);
        } catch (DuckLakeException e) {
            LOG.debug("the table of a conflict cannot be named now: {}", e.getMessage());
            return null;
        }
    }
}
