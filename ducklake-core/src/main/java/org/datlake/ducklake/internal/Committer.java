package org.datlake.ducklake.internal;

import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.FaultKind;

/** Commits, and finds out what became of a commit whose answer was lost. */
final class Committer {

    /**
     * Commits.
     *
     * @throws EngineFailure if it is certain that nothing was committed
     * @throws CommitOutcomeUnknownException if it is not known whether the transaction stands
     */
    void commit(EngineConnection connection, Deadline deadline) throws EngineFailure {
        try {
            connection.runPlain("COMMIT", deadline);
        } catch (EngineFailure e) {
            FaultKind kind = e.fault().kind();
            boolean refused = kind == FaultKind.CONFLICT
                    || kind == FaultKind.STATEMENT
                    || kind == FaultKind.CLOSED
                    || kind == FaultKind.UNAVAILABLE
                    || kind == FaultKind.CATALOG_READ_ONLY;
            if (refused) {
                throw e;
            }
            throw new CommitOutcomeUnknownException(
                    "it is not known whether the transaction was committed: "
                            + e.fault().message() + "; look for its effect before running it again",
                    e);
        }
    }
}
