package org.datlake.ducklake.internal.load;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.datlake.ducklake.LoadProgress;

/** Tells a listener how far a load has come, though not more often than it can want to know. Not thread-safe. */
final class ProgressReports {

    private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    private final Consumer<LoadProgress> listener;
    private final OptionalLong totalBytes;
    private long last = System.nanoTime() - INTERVAL_NANOS;

    ProgressReports(Consumer<LoadProgress> listener, OptionalLong totalBytes) {
        this.listener = listener;
        this.totalBytes = totalBytes;
    }

    /** Tells that all is read. */
    void end(long rows, long bytes) {
        listener.accept(new LoadProgress(rows, bytes, totalBytes));
    }

    void report(long rows, long bytes) {
        long now = System.nanoTime();
        if (now - last >= INTERVAL_NANOS) {
            last = now;
            listener.accept(new LoadProgress(rows, bytes, totalBytes));
        }
    }
}
