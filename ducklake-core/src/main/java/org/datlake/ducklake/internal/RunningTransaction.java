package org.datlake.ducklake.internal;

import java.sql.SQLException;
import java.util.List;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.commit.Committer.Commit;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.datlake.ducklake.internal.sql.Traceless;
import org.jspecify.annotations.Nullable;

/** One attempt at a transaction; it begins with its first statement. */
final class RunningTransaction implements Transaction, AutoCloseable {

    private final LakeRuntime lake;
    private final WriteTurns turns;
    private final EngineConnection connection;
    private final Deadline deadline;
    private boolean begun;
    private boolean traceless = true;
    private boolean ended;
    private @Nullable EngineFailure broken;
    private WriteTurns.@Nullable Turn turn;
    private @Nullable String author;
    private @Nullable String message;

    RunningTransaction(LakeRuntime lake, WriteTurns turns, EngineConnection connection, Deadline deadline) {
        this.lake = lake;
        this.turns = turns;
        this.connection = connection;
        this.deadline = deadline;
    }

    @Override
    public long execute(String sql, @Nullable Object... parameters) {
        Deadline call = Deadline.after(deadline.remaining());
        EngineFailure failure = null;
        Observed observed = lake.begin(DuckLakeEvent.Operation.EXECUTE, sql, parameters.clone());
        try {
            takeTurn();
            traceless &= Traceless.is(sql);
            EngineConnection.Ran ran = run(sql, parameters, call);
            if (ran.rows() != null) {
                ran.rows().close();
            }
            return Math.max(0, ran.changed());
        } catch (EngineFailure e) {
            broken = e;
            failure = e;
            throw e.toException();
        } finally {
            lake.finished(DuckLakeEvent.Operation.EXECUTE, call.elapsed(), failure);
            observed.end(failure);
        }
    }

    @Override
    public Query<Row> query(String sql, @Nullable Object... parameters) {
        return DefaultQuery.of(lake.withinCall(), new RowStatement(sql, parameters.clone()) {
            @Override
            OpenResult open(Deadline ignored) throws EngineFailure {
                return openRows(sql(), parameters());
            }

            // Apart from the transaction, which may be over by then.
            @Override
            public String explain(String text, @Nullable Object[] values, Deadline patience) throws EngineFailure {
                return lake.explain(text, values, patience);
            }
        });
    }

    private OpenResult openRows(String sql, @Nullable Object[] parameters) throws EngineFailure {
        try {
            traceless &= Traceless.is(sql);
            EngineConnection.Ran ran = run(sql, parameters, deadline);
            if (ran.rows() == null) {
                throw new EngineFailure(
                        EngineFault.wrongUse("02000", "query() is for statements that return rows; use execute()"));
            }
            return ran.rows();
        } catch (EngineFailure e) {
            broken = e;
            throw e;
        }
    }

    /** Said at COMMIT, together with the name that the commit is found by. */
    @Override
    public void describe(String author, String message) {
        refuseSpoiled(author, "the author");
        refuseSpoiled(message, "the message");
        this.author = author;
        this.message = message;
    }

    private static void refuseSpoiled(String text, String what) {
        String problem = SpoiledTexts.problem(text);
        if (problem != null) {
            throw EngineFault.wrongUse("22023", what + ": " + problem).toException(null);
        }
    }

    /** Whoever only reads, waits for nobody. */
    private void takeTurn() {
        if (turn == null && !ended) {
            lake.engine().protectFiles();
            turn = turns.await(deadline);
        }
    }

    private EngineConnection.Ran run(String sql, @Nullable Object[] parameters, Deadline call) throws EngineFailure {
        if (ended) {
            throw new EngineFailure(
                    EngineFault.wrongUse("25000", "the transaction has ended: it is valid only in its closure"));
        }
        if (broken != null) {
            throw new EngineFailure(EngineFault.wrongUse(
                    "25P02", "a statement of this transaction failed before; nothing more can be done in it"));
        }
        if (begun) {
            return connection.run(sql, parameters, call);
        }
        begun = true;
        return connection.run(RunningTransaction::beginOn, sql, parameters, call);
    }

    private static void beginOn(Session session) throws SQLException {
        session.place();
        session.run("BEGIN TRANSACTION");
    }

    /** Says whether nothing of it can be noticed on its connection, once it is committed. */
    boolean isTraceless() {
        return traceless;
    }

    boolean hasBegun() {
        return begun;
    }

    /** Returns what is to be committed under these names. */
    Commit commit(List<OperationId> operations) {
        return new Commit(operations, author, message);
    }

    void end() {
        ended = true;
        connection.closeOpenResult();
    }

    /** A closure may have caught the failure of a statement; the engine would roll back at COMMIT all the same. */
    void throwIfBroken() throws EngineFailure {
        if (broken != null) {
            throw broken;
        }
    }

    /** Returns the failure behind an exception of ours, so that it can be judged; rethrows exceptions of others. */
    EngineFailure causeOf(DuckLakeException thrown) {
        if (broken != null && thrown.getCause() == broken) {
            return broken;
        }
        throw thrown;
    }

    /** Lets the next writer go on. */
    @Override
    public void close() {
        if (turn != null) {
            turn.close();
        }
    }
}
