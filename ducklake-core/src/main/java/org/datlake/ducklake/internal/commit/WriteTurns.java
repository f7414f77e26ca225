package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.datlake.ducklake.internal.engine.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writers of this process go one after the other, in the order they came. Every commit takes the lake's next
 * snapshot id, so writers that run side by side only make each other repeat: one after the other they are faster, and
 * nobody starves.
 *
 * <p>A turn is a courtesy, not a lock: when it lasts longer than {@value #LONGEST_TURN_MILLIS} ms, because its
 * transaction is busy with other things, the next one goes on beside it, and the catalog sorts it out. So a closure may wait for
 * another writer without harm. Thread-safe.
 */
public final class WriteTurns {

    private static final long LONGEST_TURN_MILLIS = 250;
    private static final long LONGEST_TURN_NANOS =
            Duration.ofMillis(LONGEST_TURN_MILLIS).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn current;
    private long since;

    /** Makes turns that nobody has. */
    public WriteTurns() {}

    /**
     * Waits for a turn, for as long as those before take theirs in good time.
     *
     * @return the turn, to be ended; or, past the deadline, one that is over already
     */
    public Turn await(Deadline deadline) {
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

    private void give(Turn turn) {
        current = turn;
        since = System.nanoTime();
    }

    private void end(Turn turn) {
        lock.lock();
        try {
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

    /** A writer's turn. */
    public final class Turn implements AutoCloseable {

        private final Condition mayGoOn;

        private Turn(Condition mayGoOn) {
            this.mayGoOn = mayGoOn;
        }

        /** Lets the next one go on. */
        @Override
        public void close() {
            end(this);
        }
    }
}
