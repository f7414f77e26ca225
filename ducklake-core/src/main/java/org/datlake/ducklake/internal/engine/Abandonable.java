package org.datlake.ducklake.internal.engine;

import java.util.concurrent.locks.Lock;

/** What a call works on, and what to do with it when the call hangs. */
public interface Abandonable {

    /**
     * Returns the lock that is held while a call works on it. Whoever closes it takes the lock first: the driver loses
     * native memory, and with it the database's files, when a connection is closed in the middle of a statement.
     */
    Lock busy();

    /** Asks the call to stop. May be ignored, and may itself block: it gets a thread of its own. */
    void cancel();

    /** Takes notice that the call hangs: from now on only {@link #release}, on the worker, may touch what it works on. */
    void setAside();

    /** Frees what the call worked on. Called on the worker once an abandoned call has come back after all. */
    void release();
}
