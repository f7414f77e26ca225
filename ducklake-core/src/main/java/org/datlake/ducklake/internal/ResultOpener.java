package org.datlake.ducklake.internal;

import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** Runs a statement that returns rows: on a shared session, in a transaction, or on the lake at a snapshot. */
@FunctionalInterface
interface ResultOpener {

    /** Runs it. */
    OpenResult open(Deadline deadline) throws EngineFailure;
}
