package org.datlake.ducklake.metrics;

import java.time.Duration;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.TableInfo;

/** Counts the rows that lie in the catalog, at most once a minute: counting reads them. Thread-safe. */
final class InlinedRows {

    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    private double last = Double.NaN;
    private long readAt = System.nanoTime() - PERIOD_NANOS;

    synchronized double of(DuckLakeClient client) {
        if (System.nanoTime() - readAt >= PERIOD_NANOS) {
            readAt = System.nanoTime();
            try {
                last = client.tables().stream()
                        .mapToLong(TableInfo::inlinedRows)
                        .sum();
            } catch (DuckLakeException e) {
                // The catalog is down or the client closed; other gauges say so.
                last = Double.NaN;
            }
        }
        return last;
    }
}
