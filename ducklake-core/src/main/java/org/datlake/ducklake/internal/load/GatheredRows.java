package org.datlake.ducklake.internal.load;

import java.util.concurrent.atomic.AtomicReference;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.FaultKind;

/** Finds, among rows that were gathered on a connection, the one that a table did not take. */
final class GatheredRows {

    private GatheredRows() {}

    /** Returns the failure, with the row's place where one is found. */
    static DuckLakeException explained(
            BulkLoads loads,
            EngineConnection connection,
            Deadline deadline,
            DuckLakeException failure,
            SourceScan scan) {
        if (!(failure.getCause() instanceof EngineFailure engine)
                || engine.fault().kind() != FaultKind.STATEMENT) {
            return failure;
        }
        AtomicReference<LoadException> found = new AtomicReference<>();
        try {
            // Only this connection sees the rows; the transaction changes nothing, so that none is committed.
            loads.read(
                    connection,
                    deadline.remaining(),
                    transaction -> RowSearch.firstIn(scan, null, transaction::query, failure)
                            .ifPresent(found::set));
        } catch (DuckLakeException e) {
            failure.addSuppressed(e);
        }
        LoadException explained = found.get();
        return explained == null ? failure : explained;
    }
}
