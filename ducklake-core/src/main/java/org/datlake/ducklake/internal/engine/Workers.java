package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.fault.FaultKind;

/**
 * Runs calls into the engine on threads of its own, so that the caller is free again at its deadline whatever the
 * engine does.
 *
 * <p>Nothing stops a native call that waits for a silent PostgreSQL or S3: neither an interrupt nor a cancel. Such a
 * call is abandoned: its caller gets a timeout, its worker is replaced by a further one, and what it worked on is
 * freed when it comes back. Platform threads, because virtual ones freeze their carrier under JNI. Thread-safe.
 */
public final class Workers implements AutoCloseable {

    /** How long a cancelled call may take to notice, out of the second that callers may wait after their deadline. */
    private static final long CANCEL_GRACE_MILLIS = 500;

    private final String alias;
    private final int concurrent;
    private final int maxQuarantined;
    private final ErrorTranslator errors;
    private final IntConsumer onQuarantine;
    private final AtomicInteger quarantined = new AtomicInteger();
    private final ThreadPoolExecutor pool;

    /**
     * Makes the workers; threads are started when they are needed and end when they are idle for a minute.
     *
     * @param alias the lake's alias, for thread names
     * @param concurrent how many calls run at the same time
     * @param maxQuarantined how many calls may hang before new ones are refused
     * @param errors translates what calls throw
     * @param onQuarantine is told how many calls hang when another one does
     */
    public Workers(String alias, int concurrent, int maxQuarantined, ErrorTranslator errors, IntConsumer onQuarantine) {
        this.alias = alias;
        this.concurrent = concurrent;
        this.maxQuarantined = maxQuarantined;
        this.errors = errors;
        this.onQuarantine = onQuarantine;
        AtomicInteger number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                concurrent,
                concurrent + maxQuarantined,
                60,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> daemon(work, "datlake-" + alias + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    /** Returns how many calls run. */
    public int running() {
        return pool.getActiveCount();
    }

    /** Returns how many calls wait for a worker. */
    public int waiting() {
        return pool.getQueue().size();
    }

    /** Returns the translator of errors. */
    public ErrorTranslator errors() {
        return errors;
    }

    /** Returns how many calls hang past their deadline. */
    public int quarantined() {
        return quarantined.get();
    }

    /** Says whether so many calls hang that new ones are refused. */
    public boolean isExhausted() {
        return quarantined.get() >= maxQuarantined;
    }

    /**
     * Runs a call and waits for it until the deadline, or a little longer where it reacts to being cancelled.
     *
     * @param target what the call works on
     * @param deadline when the caller must be free again
     * @param call the work; runs on another thread
     * @throws EngineFailure if the call throws, hangs, finds no worker in time, or the caller is interrupted
     */
    public <T> T run(Abandonable target, Deadline deadline, Callable<T> call) throws EngineFailure {
        return await(start(target, call), deadline);
    }

    /**
     * Starts a call. Whoever does so must {@link #await} or {@link #abandon} it.
     *
     * @throws EngineFailure if so many calls hang that no new ones are accepted
     */
    public <T> Pending<T> start(Abandonable target, Callable<T> call) throws EngineFailure {
        if (isExhausted()) {
            throw new EngineFailure(EngineFault.of(
                    FaultKind.UNAVAILABLE,
                    "Unavailable",
                    "08001",
                    quarantined.get()
                            + " calls hang past their deadline (the catalog database or the storage is silent); "
                            + "no new ones are accepted until some return"));
        }
        Pending<T> pending = new Pending<>(target, call);
        try {
            pool.execute(pending);
            return pending;
        } catch (RejectedExecutionException e) {
            throw new EngineFailure(EngineFault.closed("the client is closed"));
        }
    }

    /** Waits for a call; see {@link #run}. */
    public <T> T await(Pending<T> pending, Deadline deadline) throws EngineFailure {
        try {
            return pending.task.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw errors.translateCause(e);
        } catch (TimeoutException e) {
            return expired(pending, "did not end within " + shown(deadline.total()));
        } catch (InterruptedException e) {
            try {
                return expired(pending, "was interrupted");
            } finally {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Cancels a call that nobody waits for any more; what it works on is freed when it has ended. */
    public void abandon(Pending<?> pending) {
        if (pending.phase.compareAndSet(Pending.QUEUED, Pending.GIVEN_UP)) {
            runLater(pending.target::release);
        } else if (quarantine(pending)) {
            daemon(pending.target::cancel, "datlake-" + alias + "-cancel").start();
        } else {
            runLater(pending.target::release);
        }
    }

    /** Runs something that nobody waits for, such as closing a connection. */
    public void runLater(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            // The client is closed; closing must still happen.
            daemon(work, "datlake-" + alias + "-late").start();
        }
    }

    private <T> T expired(Pending<T> pending, String what) throws EngineFailure {
        if (pending.phase.compareAndSet(Pending.QUEUED, Pending.GIVEN_UP)) {
            throw new EngineFailure(EngineFault.timeout(
                    "the call " + what + ": it found no free worker, all " + concurrent + " were busy"));
        }
        daemon(pending.target::cancel, "datlake-" + alias + "-cancel").start();
        try {
            return getUninterruptibly(pending.task);
        } catch (ExecutionException e) {
            EngineFailure failure = errors.translateCause(e);
            if (failure.fault().kind() == FaultKind.TIMEOUT) {
                throw new EngineFailure(EngineFault.timeout("the call " + what + " and was cancelled"));
            }
            throw failure;
        } catch (TimeoutException e) {
            if (!quarantine(pending)) {
                return resultOf(pending);
            }
            throw new EngineFailure(EngineFault.timeout("the call " + what
                    + " and does not react to being cancelled: the catalog database or the storage may be silent; its "
                    + "connection is set aside"));
        }
    }

    /** Gives a running call up; says no if it has just ended. */
    private boolean quarantine(Pending<?> pending) {
        if (!pending.phase.compareAndSet(Pending.RUNNING, Pending.ABANDONED)) {
            return false;
        }
        pending.target.setAside();
        int hanging = quarantined.incrementAndGet();
        pool.setCorePoolSize(concurrent + Math.min(hanging, maxQuarantined));
        onQuarantine.accept(hanging);
        return true;
    }

    private <T> T resultOf(Pending<T> pending) throws EngineFailure {
        try {
            return getUninterruptibly(pending.task);
        } catch (ExecutionException e) {
            throw errors.translateCause(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("a finished call has no result", e);
        }
    }

    private static <T> T getUninterruptibly(FutureTask<T> task) throws ExecutionException, TimeoutException {
        boolean interrupted = false;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CANCEL_GRACE_MILLIS);
        try {
            while (true) {
                try {
                    return task.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void comeBack() {
        int hanging = quarantined.decrementAndGet();
        pool.setCorePoolSize(concurrent + Math.min(hanging, maxQuarantined));
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static String shown(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** Accepts no more calls; running ones go on. */
    @Override
    public void close() {
        pool.shutdown();
    }

    /** Waits until all calls have ended, and says whether they have. */
    public boolean awaitEnd(Deadline deadline) {
        try {
            return pool.awaitTermination(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * A call that was started.
     *
     * @param <T> what it returns
     */
    public final class Pending<T> implements Runnable {

        private static final int QUEUED = 0;
        private static final int RUNNING = 1;
        private static final int DONE = 2;
        private static final int GIVEN_UP = 3;
        private static final int ABANDONED = 4;

        private final AtomicInteger phase = new AtomicInteger(QUEUED);
        private final FutureTask<T> task;
        private final Abandonable target;

        private Pending(Abandonable target, Callable<T> call) {
            this.target = target;
            this.task = new FutureTask<>(call);
        }

        @Override
        public void run() {
            if (!phase.compareAndSet(QUEUED, RUNNING)) {
                return;
            }
            task.run();
            if (!phase.compareAndSet(RUNNING, DONE)) {
                comeBack();
                target.release();
            }
        }
    }
}
