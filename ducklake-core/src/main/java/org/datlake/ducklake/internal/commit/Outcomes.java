package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Waits;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of writes. Error texts are never asked: only the name of the write in the catalog says that it
 * stands, and its absence counts only once nothing can bring it there any more. Thread-safe.
 */
public final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
    private static final Duration ONE_QUESTION = Duration.ofSeconds(1);
    private static final Duration FIRST_WAIT = Duration.ofMillis(10);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

    /** Calls may take a second longer than their deadline; this much of it is kept for the question. */
    private static final Duration AFTER_DEADLINE = Duration.ofMillis(400);

    private static final CommitOutcome UNKNOWN = new CommitOutcome(Status.UNKNOWN, OptionalLong.empty());
    private static final CommitOutcome NOT_COMMITTED = new CommitOutcome(Status.NOT_COMMITTED, OptionalLong.empty());

    private final CommitMarkers markers;
    private final InDoubt inDoubt;
    private final String threadName;

    /**
     * Makes one.
     *
     * @param markers the catalog
     * @param inDoubt the commits that the engine of this process is busy with
     * @param alias the lake's alias, for thread names
     */
    public Outcomes(CommitMarkers markers, InDoubt inDoubt, String alias) {
        this.markers = markers;
        this.inDoubt = inDoubt;
        this.threadName = "datlake-" + alias + "-outcome";
    }

    /**
     * Finds out, and keeps asking until it is certain or the deadline has passed.
     *
     * @return never later than half a second after the deadline
     */
    public CommitOutcome of(OperationId operation, Deadline deadline) {
        CompletableFuture<CommitOutcome> found = new CompletableFuture<>();
        // On a thread of its own: a catalog that is silent must not hold up the caller.
        Thread asking = new Thread(() -> found.complete(ask(operation, deadline)), threadName);
        asking.setDaemon(true);
        asking.start();
        try {
            return found.get(deadline.remaining().plus(AFTER_DEADLINE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for an outcome failed", e);
        }
    }

    /** Returns the snapshot of a write that stands; empty if it changed nothing, or the catalog does not answer. */
    public OptionalLong snapshotOf(OperationId operation, Deadline deadline) {
        try {
            return markers.find(operation, deadline.remaining());
        } catch (EngineFailure e) {
            LOG.atDebug()
                    .addKeyValue("ducklake.operation_id", operation)
                    .log("the snapshot of a commit cannot be looked up now: {}", e.getMessage());
            return OptionalLong.empty();
        }
    }

    /** Says whether it is known that the catalog lets nobody write now. */
    boolean isReadOnly() {
        try {
            return markers.isReadOnly();
        } catch (EngineFailure e) {
            return false;
        }
    }

    private CommitOutcome ask(OperationId operation, Deadline deadline) {
        Duration wait = FIRST_WAIT;
        while (true) {
            CommitOutcome outcome = askOnce(operation);
            if (outcome.status() != Status.UNKNOWN || deadline.hasPassed() || !Waits.sleep(wait)) {
                return outcome;
            }
            Duration longer = wait.multipliedBy(2);
            wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
        }
    }

    private CommitOutcome askOnce(OperationId operation) {
        try {
            // In this order: what ends between two questions is then seen by the later one.
            boolean over = !inDoubt.contains(operation) && markers.awaitEarlierCommits(ONE_QUESTION);
            OptionalLong snapshot = markers.find(operation, ONE_QUESTION);
            if (snapshot.isPresent()) {
                return new CommitOutcome(Status.COMMITTED, snapshot);
            }
            return over ? NOT_COMMITTED : UNKNOWN;
        } catch (EngineFailure e) {
            LOG.atDebug()
                    .addKeyValue("ducklake.operation_id", operation)
                    .log("the outcome cannot be asked for now: {}", e.getMessage());
            return UNKNOWN;
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("ducklake.operation_id", operation)
                    .setCause(e)
                    .log("asking for an outcome failed unexpectedly");
            return UNKNOWN;
        }
    }

    /**
     * Looks once for a write that is not under way in this process.
     *
     * @return its snapshot; empty if it does not stand and will not
     * @throws EngineFailure if the catalog does not answer, or an earlier COMMIT of it may still be on its way
     */
    public OptionalLong find(OperationId operation, Deadline deadline) throws EngineFailure {
        CommitOutcome outcome = of(operation, deadline);
        if (outcome.status() == Status.UNKNOWN) {
            throw new EngineFailure(EngineFault.timeout(
                    "it could not be found out in time whether the idempotency key was used before"));
        }
        return outcome.snapshotId();
    }
}
