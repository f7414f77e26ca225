package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait to be committed, and a count of all rows that are under way. One lane at a time collects the next
 * group, and hands it on when the group before has ended.
 *
 * <p>A group waits a moment for callers who were just told: those who write one row after the other come back at once,
 * and would else form a second group that always waits for the first. Thread-safe.
 */
final class Backlog {

    /** How much of the time of a commit the next one may wait for callers to come back: a part of this, and no more. */
    private static final int PATIENCE_DIVISOR = 4;

    private static final long MOST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Duration linger;
    private final int mostRowsPerCommit;
    private final int mostRowsPending;
    private final LongSupplier nanoClock;
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private long waitingRows;
    private long pendingRows;
    private long underWay;
    private long groups;
    private boolean collecting;
    private int committing;

    /** How many batches were under way when the last group ended, and until when the next group waits for as many. */
    private long company;

    private long patienceEnds;
    private int flushing;
    private boolean closed;

    Backlog(Duration linger, int mostRowsPerCommit, int mostRowsPending) {
        this(linger, mostRowsPerCommit, mostRowsPending, System::nanoTime);
    }

    Backlog(Duration linger, int mostRowsPerCommit, int mostRowsPending, LongSupplier nanoClock) {
        this.linger = linger;
        this.mostRowsPerCommit = mostRowsPerCommit;
        this.mostRowsPending = mostRowsPending;
        this.nanoClock = nanoClock;
        this.patienceEnds = nanoClock.getAsLong();
    }

    /** Adds a batch; waits while too much is under way. A batch that is too large by itself waits for all others. */
    synchronized void add(Batch batch) {
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

    /**
     * Begins to collect a group, once no other lane does so and there is something to collect.
     *
     * @return the empty group; null when the backlog is closed and empty
     */
    synchronized @Nullable Group begin() throws InterruptedException {
        while (collecting || waiting.isEmpty()) {
            if (closed && waiting.isEmpty()) {
                return null;
            }
            wait();
        }
        collecting = true;
        return new Group(groups++, Deadline.after(linger));
    }

    /** Waits until it is time to commit the group, and moves what waits into it. */
    synchronized void collect(Group group) throws InterruptedException {
        while (waitingRows < mostRowsPerCommit) {
            long pause = Math.max(group.linger.remainingNanos(), pauseForCompany());
            if (committing > 0) {
                wait();
            } else if (closed || flushing > 0 || pause <= 0) {
                break;
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, pause);
            }
        }
        take(group);
        complete(group);
    }

    /** Returns for how many nanoseconds a group had better wait for callers to come back. */
    private long pauseForCompany() {
        return waiting.size() >= company ? 0 : patienceEnds - nanoClock.getAsLong();
    }

    private void take(Group group) {
        while (!waiting.isEmpty()) {
            Batch next = waiting.peek();
            boolean full = group.rows > 0 && group.rows + next.rowCount() > mostRowsPerCommit;
            // A name twice in one commit: the second is a repetition, which is known once the first has ended.
            if (full || group.names.contains(next.operation())) {
                break;
            }
            waitingRows -= next.rowCount();
            group.add(waiting.remove());
        }
    }

    /** Notes that a group which was begun is not collected any further, as its lane has failed. */
    synchronized void abandon(Group group) {
        if (!group.complete) {
            complete(group);
        }
    }

    private void complete(Group group) {
        group.complete = true;
        group.completed = nanoClock.getAsLong();
        collecting = false;
        committing++;
        notifyAll();
    }

    /** Notes that a group has ended, well or not. Its callers are told next. */
    synchronized void left(Group group) {
        committing--;
        long now = nanoClock.getAsLong();
        company = underWay;
        patienceEnds = now + Math.min((now - group.completed) / PATIENCE_DIVISOR, MOST_PATIENCE_NANOS);
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

    /** Waits until nothing is under way, but not past the deadline. Nobody lingers meanwhile. */
    synchronized void awaitEmpty(Deadline deadline) {
        flushing++;
        notifyAll();
        try {
            while (underWay > 0 && !deadline.hasPassed()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            flushing--;
        }
    }

    /** Takes no more; what waits is still handed out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** What is committed together. Only the lane that collects it uses it, and the backlog on its behalf. */
    static final class Group {

        private final long number;
        private final Deadline linger;
        private final List<Batch> batches = new ArrayList<>();
        private final Set<OperationId> names = new HashSet<>();
        private long rows;
        private boolean complete;
        private long completed;

        private Group(long number, Deadline linger) {
            this.number = number;
            this.linger = linger;
        }

        private void add(Batch batch) {
            batches.add(batch);
            names.add(batch.operation());
            rows += batch.rowCount();
        }

        /** Returns its place: groups are committed in this order. */
        long number() {
            return number;
        }

        /** Returns its batches, in the order they came. */
        List<Batch> batches() {
            return batches;
        }
    }
}
