package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient.TransactionAction;
import org.datlake.ducklake.DuckLakeClient.TransactionBody;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.TransactionOptions;
import org.datlake.ducklake.internal.commit.Committer;
import org.datlake.ducklake.internal.commit.Committer.Commit;
import org.datlake.ducklake.internal.commit.KeyLocks;
import org.datlake.ducklake.internal.commit.Outcomes;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.Retrier;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.Traceless;
import org.jspecify.annotations.Nullable;

/**
 * Runs closures in transactions, again when another transaction got in the way, or when something failed and it is
 * certain that nothing was committed. Thread-safe.
 */
final class TransactionRunner {

    private static final Pattern CREATE = Pattern.compile(
            "\\s*CREATE\\s+(?!OR\\s+REPLACE\\b)(?!\\w+\\s+IF\\s+NOT\\s+EXISTS\\b)", Pattern.CASE_INSENSITIVE);
    private static final String ALREADY_EXISTS = "42P07";

    private final LakeRuntime lake;
    private final Committer committer;
    private final Outcomes outcomes;
    private final KeyLocks keys;
    private final WriteTurns turns;
    private final ConflictTables conflictTables;

    TransactionRunner(
            LakeRuntime lake,
            Committer committer,
            Outcomes outcomes,
            KeyLocks keys,
            WriteTurns turns,
            ConflictTables conflictTables) {
        this.lake = lake;
        this.committer = committer;
        this.outcomes = outcomes;
        this.keys = keys;
        this.turns = turns;
        this.conflictTables = conflictTables;
    }

    <T extends @Nullable Object, X extends Exception> T run(Duration timeout, TransactionBody<T, X> body) throws X {
        Deadline deadline = Deadline.after(timeout);
        OperationId operation = OperationId.random();
        return counted(
                deadline,
                begin(operation),
                retrier -> repeat(retrier, () -> attempt(operation, deadline, body, () -> {}, null)));
    }

    /** Runs a single statement in a transaction of its own: what it takes from the caller is one wait for a worker. */
    long execute(String sql, @Nullable Object... parameters) {
        Deadline deadline = lake.deadline();
        OperationId operation = OperationId.random();
        Commit commit = new Commit(List.of(operation), null, null);
        Observed observed = lake.begin(DuckLakeEvent.Operation.EXECUTE, sql, parameters.clone());
        observed.commits(operation);
        return this.<Long, RuntimeException>counted(
                deadline, observed, retrier -> repeat(retrier, () -> executeOnce(commit, deadline, sql, parameters)));
    }

    private Observed begin(OperationId operation) {
        Observed observed = lake.observers().begin(DuckLakeEvent.Operation.COMMIT);
        observed.commits(operation);
        return observed;
    }

    /** Runs a CREATE statement; says no if what it makes is there already, or someone else made it meanwhile. */
    boolean create(String sql) {
        if (!CREATE.matcher(sql).lookingAt()) {
            throw EngineFault.wrongUse(
                            "42601", "createIfAbsent() takes one CREATE statement, without OR REPLACE or IF NOT EXISTS")
                    .toException(null);
        }
        try {
            execute(sql);
            return true;
        } catch (QueryException e) {
            // A conflict with whoever creates the same is repeated until it looks like this.
            if (ALREADY_EXISTS.equals(e.sqlState())) {
                return false;
            }
            throw e;
        }
    }

    private long executeOnce(Commit commit, Deadline deadline, String sql, @Nullable Object... parameters)
            throws EngineFailure {
        Deadline call = Deadline.after(deadline.remaining());
        Optional<String> errorType = Optional.empty();
        lake.engine().protectFiles();
        try (EngineConnection connection = lake.connect(deadline)) {
            AtomicLong changed = new AtomicLong();
            boolean plain;
            WriteTurns.Turn turn = turns.await(deadline);
            try {
                plain = committer
                        .transact(
                                connection,
                                commit,
                                turn,
                                deadline,
                                session -> changed.set(EngineStatement.execute(session, sql, parameters)))
                        .isEmpty();
            } finally {
                turn.close();
            }
            if (plain && Traceless.is(sql)) {
                connection.markAsNew();
            }
            return changed.get();
        } catch (EngineFailure e) {
            errorType = Optional.of(e.fault().errorType());
            throw e;
        } finally {
            lake.finished(DuckLakeEvent.Operation.EXECUTE, call.elapsed(), errorType);
        }
    }

    <X extends Exception> Committed run(TransactionOptions options, TransactionAction<X> body) throws X {
        return run(options, body, null);
    }

    /**
     * Runs a closure that needs what is on a connection, such as a temporary table.
     *
     * @param own the connection, which stays open; null for a new one at each attempt
     */
    <X extends Exception> Committed run(
            TransactionOptions options, TransactionAction<X> body, @Nullable EngineConnection own) throws X {
        Deadline deadline =
                Deadline.after(options.timeout().orElse(lake.settings().operationTimeout()));
        TransactionBody<Boolean, X> returning = transaction -> {
            body.run(transaction);
            return true;
        };
        if (options.idempotencyKey().isEmpty()) {
            OperationId operation = OperationId.random();
            Observed observed = begin(operation);
            return this.<Committed, X>counted(deadline, observed, retrier -> {
                repeat(retrier, () -> attempt(operation, deadline, returning, () -> {}, own));
                return told(observed, new Committed(operation, lookUp(operation, deadline), false));
            });
        }
        OperationId operation = OperationId.ofKey(options.idempotencyKey().get());
        Observed observed = begin(operation);
        return this.<Committed, X>counted(
                deadline,
                observed,
                retrier -> told(observed, repeat(retrier, () -> once(operation, deadline, returning, own))));
    }

    private static Committed told(Observed observed, Committed committed) {
        observed.committed(committed);
        return committed;
    }

    /** Only the first of all callers with the same key runs; the check and the commit are one step for the others. */
    private <X extends Exception> Committed once(
            OperationId operation, Deadline deadline, TransactionBody<Boolean, X> body, @Nullable EngineConnection own)
            throws EngineFailure, X {
        try (KeyLocks.Held key = keys.acquire(operation, deadline)) {
            Long earlier = outcomes.find(List.of(operation), deadline).get(operation);
            if (earlier != null) {
                return new Committed(operation, OptionalLong.of(earlier), true);
            }
            attempt(operation, deadline, body, key::check, own);
            return new Committed(operation, lookUp(operation, deadline), false);
        }
    }

    /** What was committed stands, whether or not its number can be told. */
    private OptionalLong lookUp(OperationId operation, Deadline deadline) {
        return outcomes.snapshotOf(operation, deadline);
    }

    private <T extends @Nullable Object, X extends Exception> T counted(
            Deadline deadline, Observed observed, Work<T, X> work) throws X {
        Retrier retrier = new Retrier(lake, DuckLakeEvent.Operation.COMMIT, deadline);
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            observed.end(e);
            throw e.toException();
        }
        Optional<String> errorType = Optional.of("Application");
        try {
            T result = within(observed, retrier, work);
            errorType = Optional.empty();
            observed.end(null);
            return result;
        } catch (EngineFailure e) {
            errorType = Optional.of(e.fault().errorType());
            DuckLakeException failure = conflictTables.named(e).toException();
            observed.end(failure);
            throw failure;
        } catch (DuckLakeException e) {
            errorType = Optional.of(e.errorType());
            observed.end(e);
            throw e;
        } catch (Throwable e) {
            observed.end(e);
            throw e;
        } finally {
            lake.inFlight().exit();
            lake.events()
                    .fire(new DuckLakeEvent.TransactionFinished(
                            lake.settings().alias(), deadline.elapsed(), retrier.attempts(), errorType));
        }
    }

    /** What the closure asks for belongs to the transaction. */
    private static <T extends @Nullable Object, X extends Exception> T within(
            Observed observed, Retrier retrier, Work<T, X> work) throws EngineFailure, X {
        OperationObserver.Scope scope = observed.enter();
        try {
            return work.run(retrier);
        } finally {
            scope.close();
        }
    }

    private static <T extends @Nullable Object, X extends Exception> T repeat(Retrier retrier, Attempt<T, X> attempt)
            throws EngineFailure, X {
        while (true) {
            try {
                return attempt.run();
            } catch (EngineFailure e) {
                retrier.waitOrThrow(e);
            }
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            OperationId operation,
            Deadline deadline,
            TransactionBody<T, X> body,
            Check beforeCommit,
            @Nullable EngineConnection own)
            throws EngineFailure, X {
        if (own == null) {
            try (EngineConnection connection = lake.connect(deadline)) {
                return attempt(connection, operation, deadline, body, beforeCommit, true);
            }
        }
        boolean committed = false;
        try {
            T result = attempt(own, operation, deadline, body, beforeCommit, false);
            committed = true;
            return result;
        } finally {
            if (!committed) {
                own.rollBack(deadline);
            }
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            EngineConnection connection,
            OperationId operation,
            Deadline deadline,
            TransactionBody<T, X> body,
            Check beforeCommit,
            boolean reusable)
            throws EngineFailure, X {
        try (RunningTransaction transaction = new RunningTransaction(lake, turns, connection, deadline)) {
            T result;
            try {
                result = body.run(transaction);
            } catch (DuckLakeException e) {
                // Our own failure, passed on by the closure: it is the fault that decides what happens next.
                throw transaction.causeOf(e);
            } finally {
                transaction.end();
            }
            transaction.throwIfBroken();
            if (transaction.hasBegun()) {
                beforeCommit.run();
                boolean plain = committer
                        .commit(connection, transaction.commit(List.of(operation)), deadline)
                        .isEmpty();
                if (reusable && plain && transaction.isTraceless()) {
                    connection.markAsNew();
                }
            }
            return result;
        }
    }

    @FunctionalInterface
    private interface Work<T extends @Nullable Object, X extends Exception> {
        T run(Retrier retrier) throws EngineFailure, X;
    }

    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object, X extends Exception> {
        T run() throws EngineFailure, X;
    }

    @FunctionalInterface
    private interface Check {
        void run() throws EngineFailure;
    }
}
