package org.datlake.ducklake;

import java.time.Duration;
import java.util.Objects;

/**
 * How often and how patiently something is tried again. Waits grow by {@code backoff} from {@code firstWait} up to
 * {@code maxWait}; each is shortened by a random part of up to a half, so that several clients do not knock in step.
 *
 * @param maxRetries how many times after the first attempt; 0 means never again
 * @param firstWait the wait before the first retry
 * @param backoff what each wait is multiplied by to give the next, at least 1
 * @param maxWait the longest wait between two attempts
 */
public record RetryPolicy(int maxRetries, Duration firstWait, double backoff, Duration maxWait) {

    /**
     * Checks the values.
     *
     * @throws ConfigurationException if a number is negative, the backoff below 1, or {@code maxWait} below {@code firstWait}
     */
    public RetryPolicy {
        Objects.requireNonNull(firstWait, "firstWait");
        Objects.requireNonNull(maxWait, "maxWait");
        Problems problems = new Problems();
        problems.require(maxRetries >= 0, "maxRetries must not be negative, was " + maxRetries);
        problems.require(!firstWait.isNegative(), "firstWait must not be negative, was " + firstWait);
        problems.require(backoff >= 1, "backoff must be at least 1, was " + backoff);
        problems.require(
                maxWait.compareTo(firstWait) >= 0,
                "maxWait must not be below firstWait (" + firstWait + "), was " + maxWait);
        problems.throwIfAny();
    }

    /** Returns a policy for reaching something that may be starting: waits from 500 ms, doubling, up to 5 s. */
    public static RetryPolicy ofConnectionRetries(int maxRetries) {
        return new RetryPolicy(maxRetries, Duration.ofMillis(500), 2, Duration.ofSeconds(5));
    }

    /** Returns a policy with waits from 50 ms, doubling, up to 1 s. */
    public static RetryPolicy ofRetries(int maxRetries) {
        return new RetryPolicy(maxRetries, Duration.ofMillis(50), 2, Duration.ofSeconds(1));
    }
}
