package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
import org.slf4j.MDC;

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

    private static final Answer NONE = new Answer(Map.of(), false);

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
        Answer answer = askInTime(List.of(operation), true, deadline);
        OptionalLong snapshot = snapshotIn(answer.snapshots(), operation);
        Status ifAbsent = answer.certain() ? Status.NOT_COMMITTED : Status.UNKNOWN;
        return new CommitOutcome(snapshot.isPresent() ? Status.COMMITTED : ifAbsent, snapshot);
    }

    /**
     * Looks for writes that are not under way in this process.
     *
     * @return the snapshot of each that stands; the others do not, and will not
     * @throws EngineFailure if the catalog does not answer, or an earlier COMMIT may still be on its way
     */
    public Map<OperationId, Long> find(Collection<OperationId> operations, Deadline deadline) throws EngineFailure {
        // Writes with keys are never left to others.
        Answer answer = askInTime(operations, false, deadline);
        if (!answer.certain()) {
            throw new EngineFailure(EngineFault.timeout(
                    "it could not be found out in time whether the idempotency key was used before"));
        }
        return answer.snapshots();
    }

    /**
     * Returns the snapshot of a write that stands; empty if it changed nothing, or the catalog does not answer.
     *
     * @param operation its only name, or the first of those that it was committed under
     */
    public OptionalLong snapshotOf(OperationId operation, Deadline deadline) {
        try {
            return markers.findByFirst(operation, deadline.remaining());
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

    private static OptionalLong snapshotIn(Map<OperationId, Long> snapshots, OperationId operation) {
        Long snapshot = snapshots.get(operation);
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot);
    }

    private Answer askInTime(Collection<OperationId> operations, boolean leftToOthers, Deadline deadline) {
        CompletableFuture<Answer> found = new CompletableFuture<>();
        Map<String, String> logContext = MDC.getCopyOfContextMap();
        // On a thread of its own: a catalog that is silent must not hold up the caller.
        Thread asking = new Thread(
                () -> {
                    // What is logged there belongs to the caller's request as well.
                    if (logContext != null) {
                        MDC.setContextMap(logContext);
                    }
                    found.complete(ask(operations, leftToOthers, deadline));
                },
                threadName);
        asking.setDaemon(true);
        asking.start();
        try {
            return found.get(deadline.remaining().plus(AFTER_DEADLINE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NONE;
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for an outcome failed", e);
        }
    }

    private Answer ask(Collection<OperationId> operations, boolean leftToOthers, Deadline deadline) {
        Duration wait = FIRST_WAIT;
        while (true) {
            Answer answer = askOnce(operations, leftToOthers);
            if (answer.certain() || deadline.hasPassed() || !Waits.sleep(wait)) {
                return answer;
            }
            Duration longer = wait.multipliedBy(2);
            wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
        }
    }

    private Answer askOnce(Collection<OperationId> operations, boolean leftToOthers) {
        try {
            if (leftToOthers) {
                markers.takeBack(operations);
            }
            // In this order: what ends between two questions is then seen by the later one.
            boolean over =
                    operations.stream().noneMatch(inDoubt::contains) && markers.awaitEarlierCommits(ONE_QUESTION);
            Map<OperationId, Long> snapshots = markers.find(operations, ONE_QUESTION);
            return new Answer(snapshots, over || snapshots.keySet().containsAll(operations));
        } catch (EngineFailure e) {
            LOG.atDebug()
                    .addKeyValue("ducklake.operation_id", operations)
                    .log("the outcome cannot be asked for now: {}", e.getMessage());
            return NONE;
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("ducklake.operation_id", operations)
                    .setCause(e)
                    .log("asking for an outcome failed unexpectedly");
            return NONE;
        }
    }

    /**
     * What is known of some writes.
     *
     * @param snapshots of those that stand
     * @param certain whether the others do not, and will not
     */
    private record Answer(Map<OperationId, Long> snapshots, boolean certain) {}
}
