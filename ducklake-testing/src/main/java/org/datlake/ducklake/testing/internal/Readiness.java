package org.datlake.ducklake.testing.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits until a server accepts work. */
public final class Readiness {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(50);

    private Readiness() {}

    /**
     * Tries again and again until the attempt succeeds.
     *
     * @throws IllegalStateException if it did not within a minute
     */
    public static void await(String server, ServerProcess process, Attempt attempt) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Exception last = attempt(attempt);
        while (last != null) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        server + " did not answer within " + LIMIT.toSeconds() + " s; it printed:\n" + process.log(),
                        last);
            }
            try {
                Thread.sleep(STEP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + server, e);
            }
            last = attempt(attempt);
        }
    }

    private static @Nullable Exception attempt(Attempt attempt) {
        try {
            attempt.run();
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** Succeeds when the server answers. */
    @FunctionalInterface
    public interface Attempt {
        /** Asks the server something. */
        void run() throws Exception;
    }
}
