package org.datlake.ducklake.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.metrics.PerformanceTracker.SlowOperation;
import org.jspecify.annotations.Nullable;

/**
 * The slowest operations of the last hour. Plans of their statements are asked for one after the other in the background,
 * once for statements that differ in their values only. Thread-safe.
 */
final class SlowOperations {

    private static final int MOST = 20;
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration LONGEST_PLANNING = Duration.ofSeconds(5);

    private final Clock clock;
    private final List<Entry> entries = new ArrayList<>();
    private final ThreadPoolExecutor planning;

    SlowOperations(Clock clock) {
        this.clock = clock;
        this.planning = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST),
                work -> {
                    Thread thread = new Thread(work, "datlake-slow-operations");
                    thread.setDaemon(true);
                    return thread;
                },
                // Whoever comes while so many wait has to do without a plan.
                new ThreadPoolExecutor.DiscardPolicy());
        planning.allowCoreThreadTimeOut(true);
    }

    /** Adds an operation that has ended, if it is among the slowest. */
    void add(SlowOperation operation, Optional<ObservedStatement> statement) {
        Entry entry = new Entry(operation);
        if (!keep(entry)) {
            return;
        }
        statement.ifPresent(one -> planning.execute(() -> plan(entry, one)));
    }

    private synchronized boolean keep(Entry entry) {
        forgetOld();
        entries.add(entry);
        if (entries.size() > MOST) {
            Entry quickest = entries.stream()
                    .min(Comparator.comparing((Entry any) -> any.operation.took()))
                    .orElseThrow();
            entries.remove(quickest);
            return quickest != entry;
        }
        return true;
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(KEPT);
        entries.removeIf(entry -> entry.operation.ended().isBefore(oldest));
    }

    private void plan(Entry entry, ObservedStatement statement) {
        String text = entry.operation.statement();
        synchronized (this) {
            if (!entries.contains(entry)) {
                return;
            }
            entry.plan = entries.stream()
                    .filter(other -> Objects.equals(other.operation.statement(), text))
                    .map(other -> other.plan)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (entry.plan != null) {
                return;
            }
        }
        String plan = statement.plan(LONGEST_PLANNING).orElse(null);
        synchronized (this) {
            entry.plan = plan;
        }
    }

    /** Returns them, the slowest first. */
    synchronized List<SlowOperation> list() {
        forgetOld();
        return entries.stream()
                .map(entry -> entry.operation.withPlan(entry.plan))
                .sorted(Comparator.comparing(SlowOperation::took).reversed())
                .toList();
    }

    private static final class Entry {

        private final SlowOperation operation;
        private @Nullable String plan;

        private Entry(SlowOperation operation) {
            this.operation = operation;
        }
    }
}
