package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.datlake.ducklake.internal.catalog.PostgresMutex;
import org.datlake.ducklake.internal.engine.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writers of this process go one after the other, in the order they came. Every commit takes the lake's next
 * snapshot id, so writers that run side by side only make each other repeat: one after the other they are faster, and
 * nobody starves. With a fence, the processes that write to the lake take turns as well.
 *
 * <p>A turn is a courtesy, not a lock: when it lasts longer than {@value #LONGEST_TURN_MILLIS} ms, because its
 * transaction is busy with other things, the next one goes on beside it, and the catalog sorts it out. So a closure may
 * wait for another writer without harm. Thread-safe.
 */
public final class WriteTurns implements AutoCloseable {

    private static final long LONGEST_TURN_MILLIS = 250;
    private static final long LONGEST_TURN_NANOS =
            Duration.ofMillis(LONGEST_TURN_MILLIS).toNanos();

    /** Many processes may stand in line before this one, each with a turn of its own. */
    private static final Duration LONGEST_WAIT_FOR_FENCE = Duration.ofSeconds(2);

    /** Whoever has the fence so often writes nothing for others; waiting in line is fair then. */
    private static final int MOST_ATTEMPTS = 3;

    /** A free fence is had in less than this. */
    private static final long CONTENDED_NANOS = Duration.ofMillis(2).toNanos();

    private final @Nullable PostgresMutex fence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn current;
    private @Nullable Turn fenced;
    private long since;
    private volatile boolean contended;

    /**
     * Makes turns that nobody has.
     *
     * @param fence is held during a turn, so that other processes wait; null for none
     */
    public WriteTurns(@Nullable PostgresMutex fence) {
        this.fence = fence;
    }

    /**
     * Waits for a turn, for as long as those before take theirs in good time.
     *
     * @return the turn, to be ended; or, past the deadline, one that is over already
     */
    public Turn await(Deadline deadline) {
        return await(deadline, patience -> Elsewhere.UNKNOWN);
    }

    /**
     * Waits for a turn in which to write what other processes may write meanwhile.
     *
     * @param elsewhere waits while others write
     * @return as {@link #await(Deadline)}; without the fence if there is nothing left to write
     */
    public Turn await(Deadline deadline, Others elsewhere) {
        Turn mine = awaitHere(deadline);
        if (fence != null) {
            awaitElsewhere(mine, fence, deadline, elsewhere);
        }
        return mine;
    }

    /** What other processes have done. */
    public enum Elsewhere {
        /** They have written what was to be written. */
        WRITTEN,
        /** They do not write now, and have not written it. */
        WAITING,
        /** There is no telling. */
        UNKNOWN
    }

    /** Knows what other processes write. */
    @FunctionalInterface
    public interface Others {
        /** Waits until they do not write. */
        Elsewhere await(Duration patience);
    }

    private Turn awaitHere(Deadline deadline) {
        lock.lock();
        Turn mine = new Turn(lock.newCondition());
        try {
            if (current == null) {
                give(mine);
                return mine;
            }
            waiting.add(mine);
            while (current != mine && !deadline.hasPassed()) {
                long patience = since + LONGEST_TURN_NANOS - System.nanoTime();
                if (patience > 0) {
                    mine.mayGoOn.awaitNanos(Math.min(patience, Math.max(1, deadline.remainingNanos())));
                } else if (waiting.peek() == mine) {
                    give(mine);
                } else {
                    // The first one waiting gives a sign when it goes on.
                    mine.mayGoOn.awaitNanos(Math.min(LONGEST_TURN_NANOS, Math.max(1, deadline.remainingNanos())));
                }
            }
            return mine;
        } catch (InterruptedException e) {
            // The statement that follows will notice.
            Thread.currentThread().interrupt();
            return mine;
        } finally {
            waiting.remove(mine);
            lock.unlock();
        }
    }

    /** Whoever goes on beside a slow turn does so without the fence, which that turn may still hold. */
    private void awaitElsewhere(Turn mine, PostgresMutex mutex, Deadline deadline, Others others) {
        if (!isNextForFence(mine)) {
            return;
        }
        long asked = System.nanoTime();
        Duration left = deadline.remaining();
        Duration patience = left.compareTo(LONGEST_WAIT_FOR_FENCE) < 0 ? left : LONGEST_WAIT_FOR_FENCE;
        boolean held = acquire(mutex, Deadline.after(patience), others);
        contended = System.nanoTime() - asked > CONTENDED_NANOS;
        lock.lock();
        try {
            if (!held) {
                fenced = null;
            }
            if (current == mine) {
                since = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean acquire(PostgresMutex mutex, Deadline deadline, Others others) {
        for (int i = 0; i < MOST_ATTEMPTS && !deadline.hasPassed(); i++) {
            Elsewhere elsewhere = others.await(deadline.remaining());
            if (elsewhere == Elsewhere.WRITTEN) {
                return false;
            }
            if (elsewhere == Elsewhere.UNKNOWN) {
                return mutex.acquire(deadline.remaining());
            }
            PostgresMutex.Attempt attempt = mutex.tryAcquire(deadline.remaining());
            if (attempt != PostgresMutex.Attempt.BUSY) {
                return attempt == PostgresMutex.Attempt.HELD;
            }
        }
        return mutex.acquire(deadline.remaining());
    }

    /** Notes that other processes were found to write. */
    public void contend() {
        contended = true;
    }

    /** Says whether other processes held the fence when it was last asked for. */
    public boolean isContended() {
        return contended;
    }

    private boolean isNextForFence(Turn mine) {
        lock.lock();
        try {
            if (current != mine || fenced != null) {
                return false;
            }
            fenced = mine;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void give(Turn turn) {
        current = turn;
        since = System.nanoTime();
    }

    private void end(Turn turn) {
        boolean holdsFence;
        lock.lock();
        try {
            holdsFence = fenced == turn;
        } finally {
            lock.unlock();
        }
        if (holdsFence && fence != null) {
            fence.release();
        }
        lock.lock();
        try {
            if (holdsFence) {
                fenced = null;
            }
            if (current == turn) {
                current = null;
                Turn next = waiting.poll();
                if (next != null) {
                    give(next);
                    next.mayGoOn.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives up the fence's connection. */
    @Override
    public void close() {
        if (fence != null) {
            fence.close();
        }
    }

    /** A writer's turn. */
    public final class Turn implements AutoCloseable {

        private final Condition mayGoOn;

        private Turn(Condition mayGoOn) {
            this.mayGoOn = mayGoOn;
        }

        /** Says whether it keeps other processes waiting. */
        public boolean holdsFence() {
            lock.lock();
            try {
                return fenced == this;
            } finally {
                lock.unlock();
            }
        }

        /** Lets the next one go on, the first time it is called. */
        @Override
        public void close() {
            end(this);
        }
    }
}
