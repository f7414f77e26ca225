package org.datlake.ducklake.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.HealthReport;
import org.datlake.ducklake.HealthReport.Part;
import org.datlake.ducklake.HealthReport.Status;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.DuckDbInstance;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.engine.Waits;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.storage.Storage;
import org.jspecify.annotations.Nullable;

/** Probes engine, catalog and storage again and again, and tells listeners when one goes or comes back. Thread-safe. */
final class HealthMonitor implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Whoever waits for the very first finding is often a Kubernetes probe, whose own patience is a second. */
    private static final Duration FIRST_PATIENCE = Duration.ofMillis(950);

    private final LakeRuntime lake;
    private final Probe engine;
    private final Probe catalog;
    private final Probe storage;
    private final Thread thread;
    private volatile OptionalLong snapshotId = OptionalLong.empty();
    private volatile @Nullable HealthReport last;
    private volatile boolean closed;

    HealthMonitor(LakeRuntime lake, @Nullable PostgresCatalog postgres, Storage store) {
        this.lake = lake;
        this.engine = new Probe("engine", this::askEngine);
        // A file catalog is part of the engine; there is no server that could be asked apart from it.
        this.catalog = new Probe("catalog", postgres == null ? this::askFileCatalog : () -> postgres.probe(PATIENCE));
        this.storage = new Probe("storage", () -> store.probe(PATIENCE));
        this.thread = new Thread(this::run, "datlake-" + lake.settings().alias() + "-health");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        // Waiting comes first: connecting has just shown how things are, and short-lived clients need no probes.
        while (Waits.sleep(lake.settings().engine().healthInterval()) && !closed) {
            lake.engine().protectFiles();
            probe(PATIENCE);
        }
    }

    /** Returns the last finding, or makes a first one. */
    HealthReport report() {
        HealthReport known = last;
        return known != null ? known : probe(FIRST_PATIENCE);
    }

    private synchronized HealthReport probe(Duration patience) {
        Deadline deadline = Deadline.after(patience);
        List<Probe> probes = List.of(engine, catalog, storage);
        probes.forEach(Probe::ask);
        List<Part> parts = new ArrayList<>();
        for (Probe probe : probes) {
            parts.add(probe.result(deadline));
        }
        HealthReport report = new HealthReport(
                status(parts, lake.settings().dataInliningRowLimit() > 0),
                List.copyOf(parts),
                parts.get(0).status() == Status.UP ? snapshotId : OptionalLong.empty(),
                Instant.now());
        announce(last, report);
        last = report;
        return report;
    }

    private static Status status(List<Part> parts, boolean inlines) {
        boolean engineUp = parts.get(0).status() == Status.UP;
        boolean catalogUp = parts.get(1).status() == Status.UP;
        boolean storageUp = parts.get(2).status() == Status.UP;
        if (engineUp && catalogUp) {
            return storageUp ? Status.UP : inlines ? Status.DEGRADED : Status.DOWN;
        }
        return Status.DOWN;
    }

    private void announce(@Nullable HealthReport before, HealthReport now) {
        String alias = lake.settings().alias();
        Optional<Part> catalogNow = changed(before, now, "catalog");
        catalogNow.ifPresent(part -> lake.events()
                .fire(
                        part.status() == Status.UP
                                ? new DuckLakeEvent.CatalogUp(alias)
                                : new DuckLakeEvent.CatalogDown(
                                        alias, part.reason().orElse(""))));
        Optional<Part> storageNow = changed(before, now, "storage");
        storageNow.ifPresent(part -> lake.events()
                .fire(
                        part.status() == Status.UP
                                ? new DuckLakeEvent.StorageUp(alias)
                                : new DuckLakeEvent.StorageDown(
                                        alias, part.reason().orElse(""))));
    }

    private static Optional<Part> changed(@Nullable HealthReport before, HealthReport now, String name) {
        Status then =
                before == null ? null : before.part(name).map(Part::status).orElse(null);
        return now.part(name).filter(part -> part.status() != then);
    }

    private void askEngine() throws EngineFailure {
        if (lake.workers().isExhausted()) {
            throw new EngineFailure(EngineFault.of(
                    FaultKind.UNAVAILABLE,
                    "Unavailable",
                    "08001",
                    lake.workers().quarantined() + " calls hang past their deadline"));
        }
        snapshotId = OptionalLong.of(readSnapshotId());
    }

    private void askFileCatalog() throws EngineFailure {
        readSnapshotId();
    }

    /** Not through the workers: a question that hangs must not take the place of a call. */
    private long readSnapshotId() throws EngineFailure {
        DuckDbInstance instance = lake.engine().instance(Deadline.after(PATIENCE));
        Session session = null;
        try {
            session = instance.openSession();
            try (Statement statement = session.connection().createStatement();
                    ResultSet row = statement.executeQuery("SELECT id FROM "
                            + LakeFunctions.call(
                                    "current_snapshot", lake.settings().alias()))) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            EngineFailure failure = lake.workers().errors().translate(e);
            lake.engine().report(instance, failure.fault());
            throw failure;
        } finally {
            if (session != null) {
                session.release();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
