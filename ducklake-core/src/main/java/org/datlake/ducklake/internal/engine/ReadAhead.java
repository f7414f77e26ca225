package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.internal.engine.OpenResult.Ending;
import org.datlake.ducklake.internal.engine.OpenResult.Fetched;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.result.Block;
import org.datlake.ducklake.internal.result.ResultCursor;
import org.jspecify.annotations.Nullable;

/**
 * Fetches blocks of a result on a worker, a few ahead of their reader: the worker goes on while the reader wakes up. For
 * one reader.
 */
final class ReadAhead {

    private static final int MOST = 2;

    private final Workers workers;
    private final Session session;
    private final ResultCursor cursor;
    private final Ending ending;
    private final Object lock = new Object();
    private final Deque<Fetched> parts = new ArrayDeque<>();
    private Workers.@Nullable Pending<Boolean> visit;
    private boolean visiting;
    /** Whether there will be no further visit. */
    private boolean finished;

    ReadAhead(Workers workers, Session session, ResultCursor cursor, Ending ending) {
        this.workers = workers;
        this.session = session;
        this.cursor = cursor;
        this.ending = ending;
    }

    /** Fetches the next block. Results that have come to their end are freed in the same visit to the worker. */
    static Fetched fetch(ResultCursor cursor, Ending ending) throws SQLException {
        Block block = cursor.next();
        boolean end = block == null || cursor.isExhausted();
        if (end) {
            cursor.close();
            ending.run();
        }
        return new Fetched(block, end);
    }

    /** Has a worker fetch, where none does and there is room. */
    void start() throws EngineFailure {
        synchronized (lock) {
            if (visiting || finished || parts.size() >= MOST) {
                return;
            }
            visit = workers.start(session, this::visit);
            visiting = true;
        }
    }

    /** For workers. */
    private boolean visit() throws SQLException {
        boolean failed = true;
        try {
            boolean more = true;
            while (more) {
                more = add(fetch(cursor, ending));
            }
            failed = false;
            return true;
        } finally {
            if (failed) {
                fail();
            }
        }
    }

    /** Says whether there is to be more. From a no on, the next visit may begin: nothing is touched any more. */
    private boolean add(Fetched part) {
        synchronized (lock) {
            parts.add(part);
            finished = finished || part.end();
            visiting = !finished && parts.size() < MOST;
            lock.notifyAll();
            return visiting;
        }
    }

    /** What was fetched before is still read; then the visit is asked why. */
    private void fail() {
        synchronized (lock) {
            finished = true;
            visiting = false;
            lock.notifyAll();
        }
    }

    /** Returns the next block, which must be there: the end has not been returned yet. */
    Fetched next(Deadline deadline) throws EngineFailure {
        start();
        Fetched part = arrival(deadline);
        if (part == null) {
            // It has failed, or it is late.
            awaitVisit(deadline);
            part = poll();
        }
        if (part == null) {
            throw new IllegalStateException("a visit to a worker brought nothing");
        }
        return part;
    }

    private @Nullable Fetched arrival(Deadline deadline) {
        synchronized (lock) {
            try {
                for (long left = deadline.remainingNanos();
                        parts.isEmpty() && visiting && left > 0;
                        left = deadline.remainingNanos()) {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return parts.poll();
        }
    }

    private @Nullable Fetched poll() {
        synchronized (lock) {
            return parts.poll();
        }
    }

    private void awaitVisit(Deadline deadline) throws EngineFailure {
        Workers.Pending<Boolean> latest = visit;
        if (latest != null) {
            workers.await(latest, deadline);
        }
    }

    /**
     * Fetches no more, and forgets what was fetched.
     *
     * @param deadline for what is being fetched
     * @return whether the end was reached, so that the result is freed
     */
    boolean stop(Deadline deadline) throws EngineFailure {
        synchronized (lock) {
            finished = true;
        }
        awaitVisit(deadline);
        synchronized (lock) {
            boolean ended = parts.stream().anyMatch(Fetched::end);
            parts.clear();
            return ended;
        }
    }
}
