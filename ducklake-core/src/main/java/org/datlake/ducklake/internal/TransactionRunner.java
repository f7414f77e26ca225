package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.Optional;
import org.datlake.ducklake.DuckLakeClient.TransactionBody;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** Runs closures in transactions, again when another transaction got in the way or the catalog was lost before COMMIT. */
final class TransactionRunner {

    private final LakeRuntime lake;
    private final Committer committer;

    TransactionRunner(LakeRuntime lake, Committer committer) {
        this.lake = lake;
        this.committer = committer;
    }

    <T extends @Nullable Object, X extends Exception> T run(Duration timeout, TransactionBody<T, X> body) throws X {
        Deadline deadline = Deadline.after(timeout);
        Retrier retrier = new Retrier(lake, DuckLakeEvent.Operation.COMMIT, deadline);
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            throw e.toException();
        }
        Optional<String> errorType = Optional.of("Application");
        try {
            while (true) {
                try {
                    T result = attempt(deadline, body);
                    errorType = Optional.empty();
                    return result;
                } catch (EngineFailure e) {
                    errorType = Optional.of(e.fault().errorType());
                    retrier.waitOrThrow(e);
                }
            }
        } catch (EngineFailure e) {
            throw e.toException();
        } catch (DuckLakeException e) {
            errorType = Optional.of(e.errorType());
            throw e;
        } finally {
            lake.inFlight().exit();
            lake.events()
                    .fire(new DuckLakeEvent.TransactionFinished(
                            lake.settings().alias(), deadline.elapsed(), retrier.attempts(), errorType));
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(Deadline deadline, TransactionBody<T, X> body)
            throws EngineFailure, X {
        try (EngineConnection connection = lake.connect(deadline)) {
            RunningTransaction transaction = new RunningTransaction(lake, connection, deadline);
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
                committer.commit(connection, deadline);
            }
            return result;
        }
    }
}
