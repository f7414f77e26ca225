package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.Optional;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;

/**
 * What every call of a client needs.
 *
 * @param settings the client's settings
 * @param engine the attached engine
 * @param workers where calls into it run
 * @param sessions connections to it
 * @param events who is told
 * @param inFlight which calls are under way
 */
public record LakeRuntime(
        DuckLakeSettings settings,
        Engine engine,
        Workers workers,
        Sessions sessions,
        Events events,
        InFlight inFlight) {

    /** Returns the same for the parts of a call that is counted already, and may go on while the client closes. */
    public LakeRuntime withinCall() {
        return new LakeRuntime(settings, engine, workers, sessions, events, new InFlight());
    }

    /** Returns the deadline of a call that starts now. */
    public Deadline deadline() {
        return Deadline.after(settings.operationTimeout());
    }

    /** Opens a connection that nobody has used. */
    public EngineConnection connect(Deadline deadline) throws EngineFailure {
        return new EngineConnection(engine, workers, sessions, sessions.fresh(deadline));
    }

    /** Tells listeners that a statement ended. */
    public void finished(DuckLakeEvent.Operation operation, Duration took, Optional<String> errorType) {
        events.fire(new DuckLakeEvent.QueryFinished(settings.alias(), operation, took, errorType));
    }
}
