package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait to be committed, and a count of all rows that are under way.
 *
 * <p>While a group is being committed, others are taken only when they have so many rows that staging them meanwhile
 * saves time. Few rows are staged in no time: the longer they wait, the more are committed together. Thread-safe.
 */
final class Backlog {

    private static final int WORTH_STAGING_ASIDE = 2048;

    private final Deque<Batch> waiting = new ArrayDeque<>();
    private long waitingRows;
    private long pendingRows;
    private long underWay;
    private long groups;
    private int committing;
    private boolean closed;

    /** Adds a batch; waits while too much is under way. A batch that is too large by itself waits for all others. */
    synchronized void add(Batch batch, int mostRowsPending) {
        try {
            while (!closed && pendingRows > 0 && pendingRows + batch.rowCount() > mostRowsPending) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineFault.timeout("the thread was interrupted while it waited to write rows")
                    .toException(null);
        }
        if (closed) {
            throw EngineFault.closed("the client is closed").toException(null);
        }
        pendingRows += batch.rowCount();
        underWay++;
        waiting.add(batch);
        waitingRows += batch.rowCount();
        notifyAll();
    }

    /** Returns what is to be committed next; null when the backlog is closed and empty. */
    synchronized @Nullable Group take(Duration linger, int mostRows) throws InterruptedException {
        while (waiting.isEmpty() || (committing > 0 && waitingRows < WORTH_STAGING_ASIDE)) {
            if (closed && waiting.isEmpty()) {
                return null;
            }
            wait();
        }
        linger(linger, mostRows);
        List<Batch> taken = new ArrayList<>();
        long rows = 0;
        Set<OperationId> names = new HashSet<>();
        while (!waiting.isEmpty()) {
            Batch next = waiting.peek();
            boolean full = !taken.isEmpty() && rows + next.rowCount() > mostRows;
            // A name twice in one commit: the second is a repetition, which is known once the first has ended.
            if (full || !names.add(next.operation())) {
                break;
            }
            taken.add(waiting.remove());
            waitingRows -= next.rowCount();
            rows += next.rowCount();
        }
        if (taken.isEmpty()) {
            return take(linger, mostRows);
        }
        committing++;
        return new Group(groups++, taken);
    }

    private void linger(Duration linger, int mostRows) throws InterruptedException {
        Deadline deadline = Deadline.after(linger);
        while (!closed && !deadline.hasPassed() && waitingRows < mostRows) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
        }
    }

    /** Notes that a group has ended, well or not. */
    synchronized void left() {
        committing--;
        notifyAll();
    }

    /** Makes room for others: what becomes of the batch is known, but its caller was not told yet. */
    synchronized void makeRoom(Batch batch) {
        pendingRows -= batch.rowCount();
        notifyAll();
    }

    /** Notes that the caller of a batch has been told. */
    synchronized void told() {
        underWay--;
        notifyAll();
    }

    /** Waits until nothing is under way, but not past the deadline. */
    synchronized void awaitEmpty(Deadline deadline) {
        try {
            while (underWay > 0 && !deadline.hasPassed()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no more; what waits is still handed out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * What is committed together.
     *
     * @param number groups are committed in this order
     * @param batches in the order they came, at least one
     */
    record Group(long number, List<Batch> batches) {}
}
