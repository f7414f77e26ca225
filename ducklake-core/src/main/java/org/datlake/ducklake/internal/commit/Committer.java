package org.datlake.ducklake.internal.commit;

import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.TransactionConflictException.Kind;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.EngineFault.Conflict;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/** Commits under a name, and finds out what became of a commit whose answer was lost. Thread-safe. */
public final class Committer {

    private final String alias;
    private final Outcomes outcomes;
    private final InDoubt inDoubt;

    /** Makes one for a lake. */
    public Committer(String alias, Outcomes outcomes, InDoubt inDoubt) {
        this.alias = alias;
        this.outcomes = outcomes;
        this.inDoubt = inDoubt;
    }

    /**
     * Commits the transaction that is open on a connection.
     *
     * @param commit what is committed, under which names
     * @return the snapshot, where it had to be looked for; normally empty
     * @throws EngineFailure if it is certain that nothing was committed
     * @throws CommitOutcomeUnknownException if it is not known whether the transaction stands
     */
    public OptionalLong commit(EngineConnection connection, Commit commit, Deadline deadline) throws EngineFailure {
        return commit(connection, commit, deadline, session -> {}, Committer::sendCommit);
    }

    /**
     * Commits the transaction that is open on a connection, in the caller's own way.
     *
     * @param ending sends COMMIT
     * @see #commit(EngineConnection, Commit, Deadline)
     */
    public OptionalLong commit(EngineConnection connection, Commit commit, Deadline deadline, Work ending)
            throws EngineFailure {
        return commit(connection, commit, deadline, session -> {}, ending);
    }

    /**
     * Runs a whole transaction, in one visit to the worker. It is over, whatever happens.
     *
     * @param turn ends as soon as COMMIT has, so that the next one need not wait for this caller to wake up
     * @param body what is done in it
     * @see #commit(EngineConnection, Commit, Deadline)
     */
    public OptionalLong transact(
            EngineConnection connection, Commit commit, WriteTurns.Turn turn, Deadline deadline, Work body)
            throws EngineFailure {
        Work before = session -> {
            session.place();
            session.run("BEGIN TRANSACTION");
            try {
                body.run(session);
            } catch (SQLException | RuntimeException e) {
                session.rollBack();
                throw e;
            }
        };
        return commit(connection, commit, deadline, before, session -> {
            try {
                sendCommit(session);
            } finally {
                turn.close();
            }
        });
    }

    private static void sendCommit(Session session) throws SQLException {
        session.run("COMMIT");
    }

    private OptionalLong commit(EngineConnection connection, Commit commit, Deadline deadline, Work before, Work ending)
            throws EngineFailure {
        String describe = describe(commit);
        CommitGate gate = new CommitGate();
        try {
            connection.call(deadline, () -> {
                Session session = connection.session();
                before.run(session);
                session.run(describe);
                // Noted by the worker: the call may go on when nobody waits for it any more.
                inDoubt.began(commit.operations());
                try {
                    gate.pass();
                    ending.run(session);
                    return true;
                } finally {
                    inDoubt.ended(commit.operations());
                }
            });
            return OptionalLong.empty();
        } catch (EngineFailure e) {
            if (gate.shut()) {
                throw e;
            }
            return judge(commit.operations().get(0), e, deadline);
        }
    }

    private String describe(Commit commit) {
        return "CALL "
                + LakeFunctions.call(
                        "set_commit_message",
                        alias,
                        literal(commit.author()),
                        literal(commit.message()),
                        "extra_info => " + SqlText.literal(Marker.of(commit.operations(), commit.handedOver())));
    }

    private static String literal(@Nullable String text) {
        return text == null ? "NULL" : SqlText.literal(text);
    }

    /** Whatever the error says, the transaction may stand: a lost answer looks like many other things. */
    private OptionalLong judge(OperationId operation, EngineFailure failure, Deadline deadline) throws EngineFailure {
        CommitOutcome outcome = outcomes.of(operation, deadline);
        return switch (outcome.status()) {
            case COMMITTED -> outcome.snapshotId();
            case NOT_COMMITTED -> throw repeatable(failure);
            case UNKNOWN ->
                throw new CommitOutcomeUnknownException(
                        "it is not known whether the transaction was committed: "
                                + failure.fault().message()
                                + "; ask resolve() for the operation " + operation + " before running it again",
                        operation,
                        failure);
        };
    }

    /**
     * Says that what failed may be tried again. With a key that may not delete, the engine's failure to clean up hides
     * why COMMIT failed: mostly a conflict, at times a lost catalog or one that is read-only. And where PostgreSQL speaks another language than
     * English, a conflict is an error like any other.
     */
    private EngineFailure repeatable(EngineFailure failure) {
        String message = failure.fault().message();
        return switch (failure.fault().kind()) {
            case STORAGE_REFUSED ->
                outcomes.isReadOnly()
                        ? new EngineFailure(EngineFault.of(
                                FaultKind.CATALOG_READ_ONLY,
                                "TransactionContext",
                                "25006",
                                "the catalog database takes no writes now, and nothing was committed"))
                        : unexplained(
                                "why is hidden by the files that were written for it, which the storage key rightly may "
                                        + "not delete: " + message);
            case REFUSED, STATEMENT -> unexplained("the engine says: " + message);
            default -> failure;
        };
    }

    private static EngineFailure unexplained(String what) {
        return new EngineFailure(EngineFault.conflict(
                "COMMIT failed and nothing was committed; " + what, new Conflict(Kind.UNKNOWN, null, null)));
    }

    /** Something that is done on a session, by a worker. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run(Session session) throws SQLException;
    }

    /**
     * What is committed.
     *
     * @param operations the names it is to be found by, at least one
     * @param author who commits, or null
     * @param message why, or null
     * @param handedOver how many groups of rows in it were left by other processes
     */
    public record Commit(
            List<OperationId> operations,
            @Nullable String author,
            @Nullable String message,
            int handedOver) {

        /** Of this process alone. */
        public Commit(List<OperationId> operations, @Nullable String author, @Nullable String message) {
            this(operations, author, message, 0);
        }
    }
}
