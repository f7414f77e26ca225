package org.datlake.ducklake.internal.commit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/**
 * Lets one caller at a time work under an idempotency key: of this process, and, with PostgreSQL, of all. Thread-safe.
 */
public final class KeyLocks {

    private final @Nullable PostgresCatalog postgres;
    private final Set<OperationId> busy = new HashSet<>();

    /** Makes locks; the catalog is null where it is a file, which only one process can have open. */
    public KeyLocks(@Nullable PostgresCatalog postgres) {
        this.postgres = postgres;
    }

    /**
     * Waits for a key.
     *
     * @throws EngineFailure if someone else works under it until the deadline, or the catalog does not answer
     */
    public Held acquire(OperationId key, Deadline deadline) throws EngineFailure {
        return acquire(List.of(key), deadline);
    }

    /**
     * Waits for several keys at once.
     *
     * @throws EngineFailure if someone else works under one of them until the deadline, or the catalog does not answer
     */
    public Held acquire(Collection<OperationId> keys, Deadline deadline) throws EngineFailure {
        // Everyone takes them in the same order, so that no two wait for each other.
        List<OperationId> sorted = keys.stream()
                .sorted(Comparator.comparing(OperationId::toString))
                .toList();
        List<OperationId> here = new ArrayList<>();
        try {
            for (OperationId key : sorted) {
                acquireHere(key, deadline);
                here.add(key);
            }
            PostgresCatalog.Lock everywhere = postgres == null
                    ? null
                    : postgres.lock(sorted.stream().map(OperationId::toString).toList(), deadline.remaining());
            return new Held(here, everywhere);
        } catch (EngineFailure | RuntimeException e) {
            release(here);
            throw e;
        }
    }

    private synchronized void acquireHere(OperationId key, Deadline deadline) throws EngineFailure {
        try {
            while (!busy.add(key)) {
                if (deadline.hasPassed()) {
                    throw new EngineFailure(EngineFault.timeout(
                            "another call with the same idempotency key was still under way at the deadline"));
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineFailure(EngineFault.timeout("the call was interrupted"));
        }
    }

    private synchronized void release(List<OperationId> keys) {
        keys.forEach(busy::remove);
        notifyAll();
    }

    /** Keys that nobody else works under. */
    public final class Held implements AutoCloseable {

        private final List<OperationId> held;
        private final PostgresCatalog.@Nullable Lock everywhere;

        private Held(List<OperationId> held, PostgresCatalog.@Nullable Lock everywhere) {
            this.held = held;
            this.everywhere = everywhere;
        }

        /**
         * Makes sure that they are still ours.
         *
         * @throws EngineFailure if the connection that holds them was lost
         */
        public void check() throws EngineFailure {
            if (everywhere != null) {
                everywhere.check();
            }
        }

        @Override
        public void close() {
            if (everywhere != null) {
                everywhere.close();
            }
            release(held);
        }
    }
}
