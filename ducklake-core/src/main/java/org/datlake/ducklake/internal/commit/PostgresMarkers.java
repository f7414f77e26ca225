package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.OptionalLong;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** Asks PostgreSQL itself, on connections that the engine does not know of. Thread-safe. */
public final class PostgresMarkers implements CommitMarkers {

    private final PostgresCatalog catalog;

    /** Makes one for a catalog. */
    public PostgresMarkers(PostgresCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public OptionalLong find(OperationId operation, Duration timeout) throws EngineFailure {
        return catalog.findSnapshot(operation.toString());
    }

    @Override
    public boolean awaitEarlierCommits(Duration timeout) throws EngineFailure {
        return catalog.awaitOpenSnapshot(timeout);
    }

    @Override
    public boolean isReadOnly() throws EngineFailure {
        return catalog.isReadOnly();
    }
}
