package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.catalog.HandoverTable;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** Asks PostgreSQL itself, on connections that the engine does not know of. Thread-safe. */
public final class PostgresMarkers implements CommitMarkers {

    private final PostgresCatalog catalog;
    private final HandoverTable handover;

    /** Makes one for a catalog. */
    public PostgresMarkers(PostgresCatalog catalog) {
        this.catalog = catalog;
        this.handover = catalog.handover();
    }

    @Override
    public Map<OperationId, Long> find(Collection<OperationId> operations, Duration timeout) throws EngineFailure {
        Map<String, Long> found = catalog.findSnapshots(
                operations.stream().map(OperationId::toString).toList());
        return operations.stream()
                .filter(operation -> found.containsKey(operation.toString()))
                .collect(Collectors.toMap(
                        Function.identity(), operation -> Objects.requireNonNull(found.get(operation.toString()))));
    }

    @Override
    public OptionalLong findByFirst(OperationId operation, Duration timeout) throws EngineFailure {
        return catalog.findSnapshotByFirst(operation.toString());
    }

    @Override
    public void takeBack(Collection<OperationId> operations) throws EngineFailure {
        handover.takeBack(operations.stream().map(OperationId::toString).toList());
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
