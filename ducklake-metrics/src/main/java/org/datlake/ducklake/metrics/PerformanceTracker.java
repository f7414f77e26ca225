package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeListener;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.OperationObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Keeps latencies and counts since the start, and the slowest operations of the last hour, for people to look at. Give it to
 * the settings both as a listener and as an observer. The requests and traces that slow operations belong to are those
 * that SLF4J's MDC has as {@code request_id} and {@code trace_id} when they begin. Thread-safe.
 */
public final class PerformanceTracker implements DuckLakeListener, OperationObserver {

    /** How long an operation takes to be listed, unless said otherwise: 1 s. */
    public static final Duration DEFAULT_THRESHOLD = Duration.ofSeconds(1);

    private static final String REQUEST_ID = "request_id";
    private static final String TRACE_ID = "trace_id";

    /** Of the others, events tell: each attempt at a statement, and each transaction. */
    private static final Set<Operation> NOT_IN_EVENTS = EnumSet.of(Operation.WRITE, Operation.LOAD, Operation.CHECK);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, LongAdder> errors = new TreeMap<>();
    private final LongAdder retries = new LongAdder();
    private final Duration threshold;
    private final Clock clock;
    private final Instant since;
    private final SlowOperations slowest;

    /** Starts counting, with {@link #DEFAULT_THRESHOLD}. */
    public PerformanceTracker() {
        this(DEFAULT_THRESHOLD);
    }

    /**
     * Starts counting.
     *
     * @param threshold how long an operation takes to be listed with the slowest; zero for all
     */
    public PerformanceTracker(Duration threshold) {
        this(threshold, Clock.systemUTC());
    }

    PerformanceTracker(Duration threshold, Clock clock) {
        this.threshold = Objects.requireNonNull(threshold, "threshold");
        this.clock = clock;
        this.since = clock.instant();
        this.slowest = new SlowOperations(clock);
    }

    @Override
    public void on(DuckLakeEvent event) {
        if (event instanceof DuckLakeEvent.QueryFinished query) {
            note(query.operation(), query.took());
            count(query.errorType());
        } else if (event instanceof DuckLakeEvent.TransactionFinished transaction) {
            note(Operation.COMMIT, transaction.took());
            count(transaction.errorType());
        } else if (event instanceof DuckLakeEvent.Attached attached) {
            note(Operation.ATTACH, attached.took());
        } else if (event instanceof DuckLakeEvent.AttachFailed failed) {
            note(Operation.ATTACH, failed.took());
            count(Optional.of(failed.failure().errorType()));
        } else if (event instanceof DuckLakeEvent.Retried) {
            retries.increment();
        }
    }

    private void note(Operation operation, Duration took) {
        Timer.builder(operation.name())
                .publishPercentiles(0.5, 0.95, 0.99)
                // Micrometer's default of one digit is off by up to a tenth.
                .percentilePrecision(2)
                .register(registry)
                .record(took);
    }

    private void count(Optional<String> errorType) {
        if (errorType.isPresent()) {
            synchronized (this) {
                errors.computeIfAbsent(errorType.get(), any -> new LongAdder()).increment();
            }
        }
    }

    @Override
    public Running begin(Start start) {
        String requestId = MDC.get(REQUEST_ID);
        String traceId = MDC.get(TRACE_ID);
        return end -> ended(start, end, requestId, traceId);
    }

    private void ended(Start start, End end, @Nullable String requestId, @Nullable String traceId) {
        if (NOT_IN_EVENTS.contains(start.operation())) {
            note(start.operation(), end.took());
        }
        if (end.took().compareTo(threshold) < 0) {
            return;
        }
        slowest.add(
                new SlowOperation(
                        start.operation(),
                        end.took(),
                        clock.instant(),
                        end.errorType().orElse(null),
                        end.operationId().map(OperationId::toString).orElse(null),
                        end.snapshotId().isPresent() ? end.snapshotId().getAsLong() : null,
                        requestId,
                        traceId,
                        start.table().orElse(null),
                        start.statement().map(ObservedStatement::masked).orElse(null),
                        null),
                start.statement());
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
        return new PerformanceReport(since, latencies, errorCounts, retries.sum(), threshold, slowest.list());
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
     * @param slowThreshold how long an operation takes to be listed
     * @param slowest the slowest operations that ended within the last hour, at most 20, the slowest first
     */
    public record PerformanceReport(
            Instant since,
            Map<Operation, Latency> operations,
            Map<String, Long> errors,
            long retries,
            Duration slowThreshold,
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
     * One slow operation. Null is what it does not have, or what is not known.
     *
     * @param operation its kind
     * @param took how long it took
     * @param ended when it ended
     * @param errorType DuckDB's word for its error
     * @param operationId the name of what it committed
     * @param snapshotId the snapshot that it made or read
     * @param requestId the request that it was a part of
     * @param traceId the trace that it was a part of
     * @param table the table that rows were written to, with its schema
     * @param statement its statement, with a question mark in place of each literal
     * @param plan how the engine would run the statement, asked for afterwards, with values masked in the same way
     */
    public record SlowOperation(
            Operation operation,
            Duration took,
            Instant ended,
            @Nullable String errorType,
            @Nullable String operationId,
            @Nullable Long snapshotId,
            @Nullable String requestId,
            @Nullable String traceId,
            @Nullable String table,
            @Nullable String statement,
            @Nullable String plan) {

        SlowOperation withPlan(@Nullable String text) {
            return new SlowOperation(
                    operation,
                    took,
                    ended,
                    errorType,
                    operationId,
                    snapshotId,
                    requestId,
                    traceId,
                    table,
                    statement,
                    text);
        }
    }
}
