package org.datlake.ducklake.internal.engine;

/** What a call works on, and what to do with it when the call hangs. */
public interface Abandonable {

    /** Asks the call to stop. May be ignored, and may itself block: it gets a thread of its own. */
    void cancel();

    /** Takes notice that the call hangs: from now on only {@link #release}, on the worker, may touch what it works on. */
    void setAside();

    /** Frees what the call worked on. Called on the worker once an abandoned call has come back after all. */
    void release();
}
