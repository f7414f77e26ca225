package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.internal.engine.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writers of this process go one after the other, in the order they came. Every commit takes the lake's next
 * snapshot id, so writers that run side by side only make each other repeat: one after the other they are faster, and
 * nobody starves.
 *
 * <p>A turn is a courtesy, not a lock: nobody waits for a transaction that is busy with other things for longer than
 * {@value #LONGEST_TURN_MILLIS} ms, but goes on beside it, and the catalog sorts it out. So a closure may wait for
 * another writer without harm. Thread-safe.
 */
public final class WriteTurns {

    private static final long LONGEST_TURN_MILLIS = 250;
    private static final long LONGEST_TURN_NANOS =
            Duration.ofMillis(LONGEST_TURN_MILLIS).toNanos();

    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn current;
    private long since;

    /** Makes turns that nobody has. */
    public WriteTurns() {}

    /**
     * Waits for a turn, for as long as those before take theirs in good time.
     *
     * @return the turn, to be ended; or one that is over already, for who goes on beside a slow one
     */
    public synchronized Turn await(Deadline deadline) {
        Turn mine = new Turn();
        waiting.add(mine);
        try {
            while (current != null || waiting.peek() != mine) {
                long patience = Math.min(deadline.remainingNanos(), since + LONGEST_TURN_NANOS - System.nanoTime());
                if (current != null && patience <= 0) {
                    return mine;
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, patience));
            }
            current = mine;
            since = System.nanoTime();
            return mine;
        } catch (InterruptedException e) {
            // The statement that follows will notice.
            Thread.currentThread().interrupt();
            return mine;
        } finally {
            waiting.remove(mine);
            notifyAll();
        }
    }

    private synchronized void end(Turn turn) {
        if (current == turn) {
            current = null;
            notifyAll();
        }
    }

    /** A writer's turn. */
    public final class Turn implements AutoCloseable {

        private Turn() {}

        /** Lets the next one go on. */
        @Override
        public void close() {
            end(this);
        }
    }
}
