package org.datlake.ducklake.internal.commit;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands before one COMMIT. Either the worker passes, and the transaction may stand whatever becomes of the call; or the
 * caller shuts it first, and the transaction never will. Thread-safe.
 */
final class CommitGate {

    private enum State {
        OPEN,
        PASSED,
        SHUT
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /**
     * Goes through, to send COMMIT.
     *
     * @throws SQLException if the caller has given up
     */
    void pass() throws SQLException {
        if (!state.compareAndSet(State.OPEN, State.PASSED)) {
            throw new SQLException("INTERRUPT Error: the transaction was given up before its COMMIT");
        }
    }

    /** Lets no COMMIT through any more; says no when one has gone through. */
    boolean shut() {
        return state.compareAndSet(State.OPEN, State.SHUT);
    }
}
