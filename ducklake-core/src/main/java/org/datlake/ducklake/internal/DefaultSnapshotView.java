package org.datlake.ducklake.internal;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.SnapshotView;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Explainer;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/** A view that shares its attached snapshot with others. */
final class DefaultSnapshotView implements SnapshotView {

    private final LakeRuntime lake;
    private final SnapshotViews views;
    private final long snapshotId;
    private final AtomicBoolean closed = new AtomicBoolean();

    DefaultSnapshotView(LakeRuntime lake, SnapshotViews views, long snapshotId) {
        this.lake = lake;
        this.views = views;
        this.snapshotId = snapshotId;
    }

    @Override
    public long snapshotId() {
        return snapshotId;
    }

    @Override
    public Query<Row> query(String sql, @Nullable Object... parameters) {
        return DefaultQuery.of(lake, new RowStatement(sql, parameters.clone()) {
            @Override
            OpenResult open(Deadline deadline) throws EngineFailure {
                return DefaultSnapshotView.this.open(sql(), parameters(), deadline);
            }

            @Override
            public String explain(String text, @Nullable Object[] values, Deadline deadline) throws EngineFailure {
                lake.inFlight().enter();
                try {
                    return Explainer.planIn(
                            DefaultSnapshotView.this.open(Explainer.EXPLAIN + text, values, deadline), deadline);
                } finally {
                    lake.inFlight().exit();
                }
            }

            @Override
            OptionalLong snapshot() {
                return OptionalLong.of(snapshotId);
            }
        });
    }

    private OpenResult open(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure {
        if (closed.get()) {
            throw new EngineFailure(EngineFault.closed("the view of snapshot " + snapshotId + " is closed"));
        }
        return views.query(snapshotId, sql, parameters, deadline);
    }

    @Override
    public List<TableInfo> tables() {
        return new LakeMetadata(lake.settings(), views.alias(snapshotId), sql -> query(sql)).tables(snapshotId);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            views.release(snapshotId);
        }
    }
}
