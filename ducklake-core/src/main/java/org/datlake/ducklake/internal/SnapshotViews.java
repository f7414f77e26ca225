package org.datlake.ducklake.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.DuckDbInstance;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the lake readable at snapshots, once for each snapshot however many views there are of it. Thread-safe. */
final class SnapshotViews {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotViews.class);

    private final LakeRuntime lake;
    private final Map<Long, Attached> attached = new HashMap<>();

    SnapshotViews(LakeRuntime lake) {
        this.lake = lake;
    }

    String alias(long snapshotId) {
        return lake.settings().alias() + "_at_" + snapshotId;
    }

    /** Notes a further user of a snapshot, and makes it readable. */
    void acquire(long snapshotId, Deadline deadline) throws EngineFailure {
        synchronized (attached) {
            attached.computeIfAbsent(snapshotId, id -> new Attached()).users++;
        }
        try {
            ensure(snapshotId, deadline);
        } catch (EngineFailure e) {
            release(snapshotId);
            throw e;
        }
    }

    /** The engine may have been replaced since, and what it held in memory went with it. */
    private DuckDbInstance ensure(long snapshotId, Deadline deadline) throws EngineFailure {
        DuckDbInstance instance = lake.engine().instance(deadline);
        synchronized (attached) {
            Attached at = attached.computeIfAbsent(snapshotId, id -> new Attached());
            if (at.instance != instance) {
                create(instance, snapshotId, deadline);
                at.instance = instance;
            }
        }
        return instance;
    }

    private void create(DuckDbInstance instance, long snapshotId, Deadline deadline) throws EngineFailure {
        try (EngineConnection connection = lake.connect(deadline)) {
            boolean found = connection.call(
                    deadline, () -> SnapshotCatalog.create(lake.settings(), instance, alias(snapshotId), snapshotId));
            if (!found) {
                throw new EngineFailure(
                        EngineFault.wrongUse("02000", "there is no snapshot " + snapshotId + ", or no longer"));
            }
        }
    }

    /** Runs a query on the lake at a snapshot. */
    OpenResult query(long snapshotId, String sql, @Nullable Object[] parameters, Deadline deadline)
            throws EngineFailure {
        DuckDbInstance instance = ensure(snapshotId, deadline);
        EngineConnection connection = connection(instance, snapshotId);
        try {
            EngineConnection.Ran ran = connection.run(() -> reading(connection, sql, parameters), deadline);
            if (ran.rows() == null) {
                throw readOnly();
            }
            return ran.rows().whenDone(healthy -> connection.close());
        } catch (EngineFailure e) {
            connection.close();
            throw e;
        }
    }

    /** Read-only by a transaction, because from the view's place the lake itself can be named, too. */
    private static EngineStatement reading(EngineConnection connection, String sql, @Nullable Object[] parameters)
            throws SQLException, EngineFailure {
        EngineStatement statement = EngineStatement.prepare(connection.session(), sql);
        if (!statement.returnsRows()) {
            throw readOnly();
        }
        statement.restrictToReading();
        statement.bind(parameters);
        return statement;
    }

    private static EngineFailure readOnly() {
        return new EngineFailure(EngineFault.wrongUse("25006", "the lake at a snapshot can only be read"));
    }

    private EngineConnection connection(DuckDbInstance instance, long snapshotId) throws EngineFailure {
        try {
            Session session = instance.openSession(alias(snapshotId));
            return new EngineConnection(lake.engine(), lake.workers(), lake.sessions(), session);
        } catch (SQLException e) {
            throw lake.workers().errors().translate(e);
        }
    }

    /** Notes that a user of a snapshot is gone, and drops it after the last one. */
    void release(long snapshotId) {
        synchronized (attached) {
            Attached at = attached.get(snapshotId);
            if (at == null || --at.users > 0) {
                return;
            }
            attached.remove(snapshotId);
        }
        lake.workers().runLater(() -> drop(snapshotId));
    }

    private void drop(long snapshotId) {
        synchronized (attached) {
            if (attached.containsKey(snapshotId)) {
                // Someone opened it again before this had its turn.
                return;
            }
            detach(snapshotId);
        }
    }

    private void detach(long snapshotId) {
        try {
            SnapshotCatalog.drop(lake.engine().instance(Deadline.after(Duration.ZERO)), alias(snapshotId));
        } catch (SQLException | EngineFailure e) {
            // The engine was replaced or closed, and the catalog in memory went with it.
            LOG.debug("nothing to drop for snapshot {}", snapshotId);
        }
    }

    private static final class Attached {
        private int users;
        private @Nullable DuckDbInstance instance;
    }
}
