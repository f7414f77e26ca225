package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/**
 * What every call of a client needs.
 *
 * @param settings the client's settings
 * @param engine the attached engine
 * @param workers where calls into it run
 * @param sessions connections to it
 * @param events who is told what happened
 * @param observers who follows operations
 * @param inFlight which calls are under way
 */
public record LakeRuntime(
        DuckLakeSettings settings,
        Engine engine,
        Workers workers,
        Sessions sessions,
        Events events,
        Observers observers,
        InFlight inFlight) {

    /** Returns the same for the parts of a call that is counted already, and may go on while the client closes. */
    public LakeRuntime withinCall() {
        return new LakeRuntime(settings, engine, workers, sessions, events, observers, new InFlight());
    }

    /** Returns the deadline of a call that starts now. */
    public Deadline deadline() {
        return Deadline.after(settings.operationTimeout());
    }

    /** Opens a connection that nobody has used. */
    public EngineConnection connect(Deadline deadline) throws EngineFailure {
        return new EngineConnection(engine, workers, sessions, sessions.fresh(deadline));
    }

    /**
     * Asks for the plan of a statement on a connection of its own.
     *
     * @see Explainer#explain
     */
    public String explain(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure {
        inFlight.enter();
        try (EngineConnection connection = connect(deadline)) {
            EngineConnection.Ran ran =
                    connection.run(LakeRuntime::begin, Explainer.EXPLAIN + sql, parameters, deadline);
            return Explainer.planIn(ran.rows(), deadline);
        } finally {
            inFlight.exit();
        }
    }

    /** What planning may have begun is rolled back with it, when the connection is closed. */
    private static void begin(Session session) throws SQLException {
        session.place();
        session.run("BEGIN TRANSACTION");
    }

    /**
     * Tells observers that a statement begins, whose plan can be asked for apart from where it runs.
     *
     * @param parameters are not changed any more
     */
    public Observed begin(DuckLakeEvent.Operation operation, String sql, @Nullable Object[] parameters) {
        return observers.begin(operation, sql, parameters, this::explain);
    }

    /**
     * Tells listeners that a statement ended.
     *
     * @param failure why it failed; null if it went well
     */
    public void finished(DuckLakeEvent.Operation operation, Duration took, @Nullable EngineFailure failure) {
        finished(
                operation, took, Optional.ofNullable(failure).map(e -> e.fault().errorType()));
    }

    /** Tells listeners that a statement ended. */
    public void finished(DuckLakeEvent.Operation operation, Duration took, Optional<String> errorType) {
        events.fire(new DuckLakeEvent.QueryFinished(settings.alias(), operation, took, errorType));
    }
}
