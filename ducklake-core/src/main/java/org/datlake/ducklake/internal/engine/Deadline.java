package org.datlake.ducklake.internal.engine;

import java.time.Duration;

/** The moment by which a call must have returned. Immutable. */
public final class Deadline {

    private final long started;
    private final long nanos;

    private Deadline(long started, long nanos) {
        this.started = started;
        this.nanos = nanos;
    }

    /** Makes a deadline that is this far away from now. */
    public static Deadline after(Duration duration) {
        long nanos;
        try {
            nanos = duration.toNanos();
        } catch (ArithmeticException e) {
            // Longer than 292 years: as good as never.
            nanos = Long.MAX_VALUE / 2;
        }
        return new Deadline(System.nanoTime(), nanos);
    }

    /** Returns how long there is still time; zero or negative once it has passed. */
    public long remainingNanos() {
        return nanos - (System.nanoTime() - started);
    }

    /** Returns how long there is still time; zero once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, remainingNanos()));
    }

    /** Says whether it has passed. */
    public boolean hasPassed() {
        return remainingNanos() <= 0;
    }

    /** Returns how far away it was when it was made. */
    public Duration total() {
        return Duration.ofNanos(nanos);
    }

    /** Returns how long ago it was made. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
