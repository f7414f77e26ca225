package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.datlake.ducklake.RetryPolicy;

/** How long to wait before something is tried again. */
public final class Waits {

    /** For reconnecting in the background: quick at first, at least once a second later on. */
    static final RetryPolicy RECONNECT =
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(1));

    private Waits() {}

    /**
     * Returns the wait after a failed attempt, shortened by a random part of up to a half.
     *
     * @param policy the policy
     * @param attempt the attempt that failed, counted from 1
     */
    public static Duration before(RetryPolicy policy, int attempt) {
        double full = (double) policy.firstWait().toNanos() * Math.pow(policy.backoff(), Math.min(attempt - 1, 60));
        double capped = Math.min(full, (double) policy.maxWait().toNanos());
        return Duration.ofNanos((long) (capped * ThreadLocalRandom.current().nextDouble(0.5, 1)));
    }

    /** Waits; says no when the thread was interrupted, whose flag is kept. */
    public static boolean sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
