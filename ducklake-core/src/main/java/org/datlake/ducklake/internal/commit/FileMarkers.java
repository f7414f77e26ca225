package org.datlake.ducklake.internal.commit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** Asks a catalog file, which only this process's engine has open. Thread-safe. */
public final class FileMarkers implements CommitMarkers {

    private final LakeRuntime lake;
    private final String sql;

    /** Makes one for a lake. */
    public FileMarkers(LakeRuntime lake) {
        this.lake = lake;
        this.sql = "SELECT snapshot_id FROM " + SnapshotCatalog.metadata(lake.settings())
                + ".ducklake_snapshot_changes WHERE list_contains(string_split(commit_extra_info, ','), ?)";
    }

    @Override
    public Map<OperationId, Long> find(Collection<OperationId> operations, Duration timeout) throws EngineFailure {
        Deadline deadline = Deadline.after(timeout);
        try (EngineConnection connection = lake.connect(deadline)) {
            return connection.call(deadline, () -> {
                Map<OperationId, Long> snapshots = new HashMap<>();
                try (PreparedStatement query = connection.session().connection().prepareStatement(sql)) {
                    for (OperationId operation : operations) {
                        query.setString(1, operation.toString());
                        try (ResultSet found = query.executeQuery()) {
                            if (found.next()) {
                                snapshots.put(operation, found.getLong(1));
                            }
                        }
                    }
                }
                return snapshots;
            });
        }
    }

    @Override
    public OptionalLong findByFirst(OperationId operation, Duration timeout) throws EngineFailure {
        Long snapshot = find(List.of(operation), timeout).get(operation);
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot);
    }

    /** A catalog file has no others. */
    @Override
    public void takeBack(Collection<OperationId> operations) {}

    /** A commit to a file is over when the engine's call is. */
    @Override
    public boolean awaitEarlierCommits(Duration timeout) {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }
}
