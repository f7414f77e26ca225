package org.datlake.ducklake.internal.commit;

import java.util.HashSet;
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
        acquireHere(key, deadline);
        try {
            PostgresCatalog.Lock everywhere =
                    postgres == null ? null : postgres.lock(key.toString(), deadline.remaining());
            return new Held(key, everywhere);
        } catch (EngineFailure | RuntimeException e) {
            release(key);
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

    private synchronized void release(OperationId key) {
        busy.remove(key);
        notifyAll();
    }

    /** A key that nobody else works under. */
    public final class Held implements AutoCloseable {

        private final OperationId key;
        private final PostgresCatalog.@Nullable Lock everywhere;

        private Held(OperationId key, PostgresCatalog.@Nullable Lock everywhere) {
            this.key = key;
            this.everywhere = everywhere;
        }

        /**
         * Makes sure that the key is still ours.
         *
         * @throws EngineFailure if the connection that holds it was lost
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
            release(key);
        }
    }
}
