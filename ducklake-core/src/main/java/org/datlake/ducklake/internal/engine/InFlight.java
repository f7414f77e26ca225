package org.datlake.ducklake.internal.engine;

import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;

/** Counts the calls that are under way, so that closing can wait for them. Thread-safe. */
public final class InFlight {

    private int calls;
    private boolean closed;

    /**
     * Notes that a call begins.
     *
     * @throws EngineFailure if the client is closed
     */
    public synchronized void enter() throws EngineFailure {
        if (closed) {
            throw new EngineFailure(EngineFault.closed("the client is closed"));
        }
        calls++;
    }

    /** Notes that a call has ended. */
    public synchronized void exit() {
        calls--;
        notifyAll();
    }

    /** Lets no further call in; says whether this was the first time. */
    public synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Says whether no further call is let in. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Waits until no call is under way, but not past the deadline. */
    public synchronized void awaitEnd(Deadline deadline) {
        try {
            while (calls > 0 && !deadline.hasPassed()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
