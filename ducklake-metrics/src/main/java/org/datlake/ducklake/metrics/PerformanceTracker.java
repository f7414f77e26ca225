package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeListener;

/** Keeps latencies, counts and the slowest operations since the start, for people to look at. Thread-safe. */
public final class PerformanceTracker implements DuckLakeListener {

    private static final int SLOWEST = 20;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, LongAdder> errors = new TreeMap<>();
    private final LongAdder retries = new LongAdder();
    private final PriorityQueue<SlowOperation> slowest = new PriorityQueue<>(Comparator.comparing(SlowOperation::took));
    private final Clock clock;
    private final Instant since;

    /** Starts counting. */
    public PerformanceTracker() {
        this(Clock.systemUTC());
    }

    PerformanceTracker(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    @Override
    public void on(DuckLakeEvent event) {
        if (event instanceof DuckLakeEvent.QueryFinished query) {
            note(query.operation(), query.took(), query.errorType());
        } else if (event instanceof DuckLakeEvent.TransactionFinished transaction) {
            note(Operation.COMMIT, transaction.took(), transaction.errorType());
        } else if (event instanceof DuckLakeEvent.Attached attached) {
            note(Operation.ATTACH, attached.took(), Optional.empty());
        } else if (event instanceof DuckLakeEvent.AttachFailed failed) {
            note(Operation.ATTACH, failed.took(), Optional.of(failed.failure().errorType()));
        } else if (event instanceof DuckLakeEvent.Retried) {
            retries.increment();
        }
    }

    private void note(Operation operation, Duration took, Optional<String> errorType) {
        Timer.builder(operation.name())
                .publishPercentiles(0.5, 0.95, 0.99)
                // Micrometer's default of one digit is off by up to a tenth.
                .percentilePrecision(2)
                .register(registry)
                .record(took);
        synchronized (this) {
            errorType.ifPresent(
                    type -> errors.computeIfAbsent(type, any -> new LongAdder()).increment());
            slowest.add(new SlowOperation(operation, took, clock.instant(), errorType));
            if (slowest.size() > SLOWEST) {
                slowest.remove();
            }
        }
    }

    /** Returns what was found so far. */
    public synchronized PerformanceReport report() {
        Map<Operation, Latency> latencies = new TreeMap<>();
        for (Operation operation : Operation.values()) {
            Timer timer = registry.find(operation.name()).timer();
            if (timer != null) {
                latencies.put(operation, latency(timer));
            }
        }
        Map<String, Long> errorCounts = new TreeMap<>();
        errors.forEach((type, count) -> errorCounts.put(type, count.sum()));
        List<SlowOperation> slow = new ArrayList<>(slowest);
        slow.sort(Comparator.comparing(SlowOperation::took).reversed());
        return new PerformanceReport(since, latencies, errorCounts, retries.sum(), slow);
    }

    private static Latency latency(Timer timer) {
        HistogramSnapshot snapshot = timer.takeSnapshot();
        Map<String, Double> percentiles = new TreeMap<>();
        for (ValueAtPercentile value : snapshot.percentileValues()) {
            percentiles.put("p" + Math.round(value.percentile() * 100), value.value(TimeUnit.MILLISECONDS));
        }
        return new Latency(
                snapshot.count(),
                snapshot.mean(TimeUnit.MILLISECONDS),
                snapshot.max(TimeUnit.MILLISECONDS),
                percentiles);
    }

    /**
     * How a client has done.
     *
     * @param since when counting started
     * @param operations latencies by the kind of call
     * @param errors how often each kind of error occurred, by DuckDB's words
     * @param retries how often something was tried again
     * @param slowest the slowest calls, the slowest first; without their SQL
     */
    public record PerformanceReport(
            Instant since,
            Map<Operation, Latency> operations,
            Map<String, Long> errors,
            long retries,
            List<SlowOperation> slowest) {}

    /**
     * How long one kind of call takes, in milliseconds.
     *
     * @param count how many there were
     * @param mean the mean
     * @param max the longest of the last minutes
     * @param percentiles {@code p50}, {@code p95} and {@code p99} of the last minutes
     */
    public record Latency(long count, double mean, double max, Map<String, Double> percentiles) {}

    /**
     * One slow call.
     *
     * @param operation its kind
     * @param took how long it took
     * @param ended when it ended
     * @param errorType DuckDB's word for its error, empty when it went well
     */
    public record SlowOperation(Operation operation, Duration took, Instant ended, Optional<String> errorType) {}
}
