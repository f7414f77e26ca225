package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.metrics.PerformanceTracker.Latency;
import org.datlake.ducklake.metrics.PerformanceTracker.PerformanceReport;
import org.datlake.ducklake.metrics.PerformanceTracker.SlowOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latencies, counts and the slowest operations, from made-up events and from a real lake. */
class PerformanceTrackerTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final PerformanceTracker tracker = new PerformanceTracker(Clock.fixed(START, ZoneOffset.UTC));

    private void query(Operation operation, long millis, String... error) {
        tracker.on(new DuckLakeEvent.QueryFinished(
                "lake",
                operation,
                Duration.ofMillis(millis),
                List.of(error).stream().findFirst()));
    }

    private Latency latency(Operation operation) {
        Latency found = tracker.report().operations().get(operation);
        assertThat(found).isNotNull();
        return Objects.requireNonNull(found);
    }

    @Test
    void a_fresh_tracker_knows_only_when_it_started() {
        assertThat(tracker.report()).isEqualTo(new PerformanceReport(START, Map.of(), Map.of(), 0, List.of()));
    }

    @Test
    void quantiles_count_mean_and_maximum_are_those_of_the_calls() {
        List<Integer> millis =
                new ArrayList<>(IntStream.rangeClosed(1, 1000).boxed().toList());
        Collections.shuffle(millis, new Random(7));
        millis.forEach(value -> query(Operation.QUERY, value));
        Latency latency = latency(Operation.QUERY);
        assertThat(latency.count()).isEqualTo(1000);
        assertThat(latency.mean()).isCloseTo(500.5, within(0.01));
        assertThat(latency.max()).isEqualTo(1000);
        assertThat(latency.percentiles()).containsOnlyKeys("p50", "p95", "p99");
        assertThat(latency.percentiles().get("p50")).isCloseTo(500.0, withinPercentage(2));
        assertThat(latency.percentiles().get("p95")).isCloseTo(950.0, withinPercentage(2));
        assertThat(latency.percentiles().get("p99")).isCloseTo(990.0, withinPercentage(2));
    }

    @Test
    void kinds_of_calls_are_counted_apart() {
        query(Operation.QUERY, 10);
        query(Operation.EXECUTE, 20);
        query(Operation.JDBC, 30);
        tracker.on(new DuckLakeEvent.TransactionFinished("lake", Duration.ofMillis(40), 2, Optional.empty()));
        tracker.on(new DuckLakeEvent.Attached("lake", Duration.ofMillis(50), true));
        assertThat(tracker.report().operations()).containsOnlyKeys(Operation.values());
        assertThat(latency(Operation.JDBC).max()).isEqualTo(30);
        assertThat(latency(Operation.COMMIT).max()).isEqualTo(40);
        assertThat(latency(Operation.ATTACH).max()).isEqualTo(50);
    }

    @Test
    void errors_are_counted_by_their_kind() {
        query(Operation.QUERY, 1, "Parser");
        query(Operation.EXECUTE, 1, "Parser");
        query(Operation.QUERY, 1);
        tracker.on(new DuckLakeEvent.TransactionFinished(
                "lake", Duration.ofMillis(1), 3, Optional.of("TransactionContext")));
        tracker.on(new DuckLakeEvent.AttachFailed(
                "lake", Duration.ofMillis(1), new DuckLakeException("x", "Connection", "08001", true, null), true));
        assertThat(tracker.report().errors())
                .isEqualTo(Map.of("Parser", 2L, "TransactionContext", 1L, "Connection", 1L));
    }

    @Test
    void retries_are_counted() {
        tracker.on(new DuckLakeEvent.Retried("lake", Operation.COMMIT, 1, "TransactionContext"));
        tracker.on(new DuckLakeEvent.Retried("lake", Operation.QUERY, 1, "IO"));
        assertThat(tracker.report().retries()).isEqualTo(2);
    }

    @Test
    void the_twenty_slowest_calls_are_kept_the_slowest_first() {
        List<Integer> millis =
                new ArrayList<>(IntStream.rangeClosed(1, 100).boxed().toList());
        Collections.shuffle(millis, new Random(7));
        millis.forEach(value -> query(Operation.QUERY, value));
        query(Operation.EXECUTE, 5000, "IO");
        List<SlowOperation> slowest = tracker.report().slowest();
        assertThat(slowest).hasSize(20);
        assertThat(slowest.get(0))
                .isEqualTo(new SlowOperation(Operation.EXECUTE, Duration.ofSeconds(5), START, Optional.of("IO")));
        assertThat(slowest.stream().map(call -> call.took().toMillis()))
                .startsWith(5000L, 100L, 99L)
                .endsWith(83L, 82L);
    }

    @Test
    void a_report_does_not_change_afterwards() {
        query(Operation.QUERY, 1, "IO");
        PerformanceReport report = tracker.report();
        query(Operation.QUERY, 2, "IO");
        assertThat(report.errors()).isEqualTo(Map.of("IO", 1L));
        assertThat(report.slowest()).hasSize(1);
        assertThat(report.operations().values()).extracting(Latency::count).containsExactly(1L);
    }

    @Test
    void threads_lose_nothing_to_each_other() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int call = 0; call < 2000; call++) {
                    query(Operation.QUERY, 1, "IO");
                    tracker.on(new DuckLakeEvent.Retried("lake", Operation.QUERY, 1, "IO"));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(latency(Operation.QUERY).count()).isEqualTo(8000);
        assertThat(tracker.report().errors()).isEqualTo(Map.of("IO", 8000L));
        assertThat(tracker.report().retries()).isEqualTo(8000);
    }

    @Test
    void a_real_lake_leaves_its_figures(@TempDir Path directory) {
        PerformanceTracker listener = new PerformanceTracker();
        DuckLakeSettings settings =
                DuckLakeSettings.embeddedBuilder(directory).listener(listener).build();
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            lake.execute("CREATE TABLE fish (id BIGINT)");
            lake.query("SELECT * FROM fish").list();
            lake.useTransaction(tx -> tx.execute("INSERT INTO fish VALUES (1)"));
            assertThatThrownBy(() -> lake.query("SELECT * FROM birds").list()).isInstanceOf(QueryException.class);
        }
        PerformanceReport report = listener.report();
        assertThat(report.operations())
                .containsKeys(Operation.ATTACH, Operation.EXECUTE, Operation.QUERY, Operation.COMMIT);
        assertThat(report.operations().values()).allSatisfy(latency -> {
            assertThat(latency.mean()).isPositive();
            assertThat(latency.max()).isGreaterThanOrEqualTo(latency.mean());
        });
        assertThat(report.errors()).isEqualTo(Map.of("Catalog", 1L));
        assertThat(report.slowest())
                .isNotEmpty()
                .isSortedAccordingTo((a, b) -> b.took().compareTo(a.took()));
        assertThat(report.toString()).doesNotContain("fish", "birds", directory.toString());
    }
}
