package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.datlake.ducklake.internal.engine.EngineStatement.Outcome;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of one's own, for transactions and plain JDBC: every call goes to a worker with a deadline. Not
 * thread-safe, except {@link #cancel}.
 */
public final class EngineConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineConnection.class);

    /** How many rows of an unfinished result are held in memory when another statement needs the session. */
    private static final int MOST_BUFFERED_ROWS = 1_000_000;

    private final Engine engine;
    private final Workers workers;
    private final Sessions sessions;
    private final Session session;
    private @Nullable OpenResult open;
    private volatile boolean closed;
    private boolean asNew;

    /** Takes over a session, which is released when this is closed. */
    public EngineConnection(Engine engine, Workers workers, Sessions sessions, Session session) {
        this.engine = engine;
        this.workers = workers;
        this.sessions = sessions;
        this.session = session;
    }

    /** Returns the session; only workers may use it. */
    public Session session() {
        return session;
    }

    /** Runs something on the session. */
    public <T> T call(Deadline deadline, Callable<T> work) throws EngineFailure {
        checkOpen();
        finishOpenResult(deadline);
        try {
            return workers.run(session, deadline, work);
        } catch (EngineFailure e) {
            engine.report(session.instance(), e.fault());
            throw e;
        }
    }

    private void checkOpen() throws EngineFailure {
        if (closed) {
            throw new EngineFailure(EngineFault.closed("the connection is closed"));
        }
        if (session.isSetAside()) {
            throw new EngineFailure(EngineFault.closed(
                    "the connection is set aside, because a call on it hangs past its deadline: use another one"));
        }
    }

    /** The engine knows one unfinished result for each session; a further statement would end it without a word. */
    private void finishOpenResult(Deadline deadline) throws EngineFailure {
        OpenResult unfinished = open;
        if (unfinished != null && !unfinished.isFetched()) {
            unfinished.buffer(deadline.remaining(), MOST_BUFFERED_ROWS);
        }
        open = null;
    }

    /** Runs one statement that is prepared, bound, run and closed in one visit to the worker. */
    public Ran run(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure {
        return run(session -> {}, sql, parameters, deadline);
    }

    /**
     * Runs one statement, as above, and something else before it in the same visit.
     *
     * @param before what the statement needs, such as a transaction
     */
    public Ran run(Preparation before, String sql, @Nullable Object[] parameters, Deadline deadline)
            throws EngineFailure {
        return finish(call(deadline, () -> {
            before.run(session);
            EngineStatement statement = EngineStatement.prepare(session, sql);
            statement.bind(parameters);
            return started(statement.run(), statement::close);
        }));
    }

    /**
     * Runs a statement that stays prepared.
     *
     * @param bound prepares and binds it, in the same visit to the worker
     */
    public Ran run(Callable<EngineStatement> bound, Deadline deadline) throws EngineFailure {
        return run(bound, () -> {}, deadline);
    }

    /**
     * Runs a statement, and something else when it is over and its rows have been fetched.
     *
     * @param bound prepares and binds it, in the same visit to the worker
     * @param ending is done in the visit that fetches the last rows, which may be the same
     */
    public Ran run(Callable<EngineStatement> bound, OpenResult.Ending ending, Deadline deadline) throws EngineFailure {
        return finish(call(deadline, () -> started(bound.call().run(), ending)));
    }

    private static StartedStatement started(Outcome outcome, OpenResult.Ending ending) throws SQLException {
        if (outcome.rows() == null) {
            ending.run();
            return new StartedStatement(null, outcome.changed());
        }
        return new StartedStatement(OpenResult.start(outcome.rows(), ending), outcome.changed());
    }

    private Ran finish(StartedStatement started) {
        if (started.result() == null) {
            return new Ran(null, started.changed());
        }
        OpenResult result = OpenResult.of(engine, workers, session, started.result(), healthy -> {});
        open = result.isFetched() ? null : result;
        return new Ran(result, started.changed());
    }

    /** Asks the running call to stop. May block; thread-safe. */
    public void cancel() {
        session.cancel();
    }

    /** Says whether a call hangs on it, so that nothing more can be done with it. */
    public boolean isSetAside() {
        return session.isSetAside();
    }

    /** Says whether it is closed. */
    public boolean isClosed() {
        return closed;
    }

    /** Ends an unfinished result, for its statement was closed or the transaction ended. */
    public void closeOpenResult() {
        OpenResult unfinished = open;
        open = null;
        if (unfinished != null) {
            unfinished.close();
        }
    }

    /**
     * Says that the session is as good as new: no transaction is open, and nothing was set on it or made in it that its
     * next user could notice.
     */
    public void markAsNew() {
        asNew = true;
    }

    /** Rolls back what is open, if anything is, so that the connection can be used again, if it can. */
    public void rollBack(Deadline deadline) {
        try {
            runPlain("ROLLBACK", deadline);
        } catch (EngineFailure e) {
            // Mostly the engine has done so itself. What is wrong besides shows with the next statement.
            LOG.trace("nothing was rolled back");
        }
    }

    /** Gives the session back, or releases it in the background; an open transaction is rolled back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closeOpenResult();
        closed = true;
        if (asNew) {
            sessions.giveBackAsNew(session);
        } else {
            sessions.release(session);
        }
    }

    /** Runs a statement without parameters and result. */
    public void runPlain(String sql, Deadline deadline) throws EngineFailure {
        call(deadline, () -> {
            session.place();
            session.run(sql);
            return true;
        });
    }

    /** Prepares a session for a statement, on the worker. */
    @FunctionalInterface
    public interface Preparation {
        /** Prepares it. */
        void run(Session session) throws SQLException;
    }

    /**
     * What a statement returned.
     *
     * @param rows an open result, or null
     * @param changed how many rows it changed, 0 where it changes none, -1 where there is a result
     */
    public record Ran(@Nullable OpenResult rows, long changed) {}

    private record StartedStatement(OpenResult.@Nullable Started result, long changed) {}
}
