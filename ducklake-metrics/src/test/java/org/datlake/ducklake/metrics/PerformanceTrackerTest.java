package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.metrics.PerformanceTracker.Latency;
import org.datlake.ducklake.metrics.PerformanceTracker.PerformanceReport;
import org.datlake.ducklake.metrics.PerformanceTracker.SlowOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** Latencies, counts and the slowest operations, from made-up events and from a real lake. */
class PerformanceTrackerTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private static final Duration THRESHOLD = Duration.ofMillis(50);

    private final SettableClock clock = new SettableClock();
    private final PerformanceTracker tracker = new PerformanceTracker(THRESHOLD, clock);

    private static final class SettableClock extends Clock {

        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** An operation from begin to end, as a client tells of it. */
    private void operation(Operation operation, String table, long millis, String... error) {
        tracker.begin(new OperationObserver.Start("lake", operation, Optional.of(table), Optional.empty()))
                .end(new OperationObserver.End(
                        Duration.ofMillis(millis),
                        Optional.empty(),
                        OptionalLong.empty(),
                        List.of(error).stream().findFirst(),
                        Optional.empty()));
    }

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
        assertThat(tracker.report())
                .isEqualTo(new PerformanceReport(START, Map.of(), Map.of(), 0, THRESHOLD, List.of()));
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
        operation(Operation.WRITE, "main.fish", 60);
        operation(Operation.LOAD, "main.fish", 70);
        operation(Operation.CHECK, "", 80);
        // Of these, events tell, and must not be counted twice.
        operation(Operation.QUERY, "", 1000);
        assertThat(tracker.report().operations()).containsOnlyKeys(Operation.values());
        assertThat(latency(Operation.QUERY).max()).isEqualTo(10);
        assertThat(latency(Operation.WRITE).max()).isEqualTo(60);
        assertThat(latency(Operation.LOAD).max()).isEqualTo(70);
        assertThat(latency(Operation.CHECK).max()).isEqualTo(80);
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
    void the_twenty_slowest_operations_are_kept_the_slowest_first() {
        List<Integer> millis =
                new ArrayList<>(IntStream.rangeClosed(1, 100).boxed().toList());
        Collections.shuffle(millis, new Random(7));
        millis.forEach(value -> operation(Operation.QUERY, "", value));
        operation(Operation.WRITE, "main.fish", 5000, "IO");
        List<SlowOperation> slowest = tracker.report().slowest();
        assertThat(slowest).hasSize(20);
        assertThat(slowest.get(0))
                .isEqualTo(new SlowOperation(
                        Operation.WRITE,
                        Duration.ofSeconds(5),
                        START,
                        "IO",
                        null,
                        null,
                        null,
                        null,
                        "main.fish",
                        null,
                        null));
        assertThat(slowest.stream().map(call -> call.took().toMillis()))
                .startsWith(5000L, 100L, 99L)
                .endsWith(83L, 82L);
    }

    @Test
    void what_is_quicker_than_the_threshold_is_not_listed() {
        operation(Operation.QUERY, "", 49);
        operation(Operation.QUERY, "", 50);
        assertThat(tracker.report().slowest()).extracting(SlowOperation::took).containsExactly(THRESHOLD);
        assertThat(new PerformanceTracker().report().slowThreshold()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void what_was_slow_more_than_an_hour_ago_makes_room() {
        for (int i = 0; i < 20; i++) {
            operation(Operation.QUERY, "", 60_000);
        }
        clock.now = START.plus(Duration.ofMinutes(59));
        operation(Operation.QUERY, "", 100);
        assertThat(tracker.report().slowest())
                .hasSize(20)
                .allMatch(slow -> slow.ended().equals(START));
        clock.now = START.plus(Duration.ofMinutes(61));
        operation(Operation.QUERY, "", 100);
        assertThat(tracker.report().slowest()).extracting(SlowOperation::ended).containsExactly(clock.now);
        clock.now = START.plus(Duration.ofMinutes(122));
        assertThat(tracker.report().slowest()).isEmpty();
    }

    @Test
    void a_slow_operation_has_the_ids_of_its_request_wherever_it_ends() throws InterruptedException {
        MDC.put("request_id", "r-1");
        MDC.put("trace_id", "t-1");
        OperationObserver.Running running;
        try {
            running = tracker.begin(
                    new OperationObserver.Start("lake", Operation.WRITE, Optional.empty(), Optional.empty()));
        } finally {
            MDC.clear();
        }
        Thread lane = new Thread(() -> running.end(new OperationObserver.End(
                Duration.ofSeconds(1),
                Optional.of(OperationId.ofKey("k")),
                OptionalLong.of(7),
                Optional.empty(),
                Optional.empty())));
        lane.start();
        lane.join();
        assertThat(tracker.report().slowest()).singleElement().satisfies(slow -> {
            assertThat(slow.requestId()).isEqualTo("r-1");
            assertThat(slow.traceId()).isEqualTo("t-1");
            assertThat(slow.operationId()).isEqualTo(OperationId.ofKey("k").toString());
            assertThat(slow.snapshotId()).isEqualTo(7);
        });
    }

    @Test
    void ten_thousand_tables_make_no_more_series_than_one() {
        for (int i = 0; i < 10_000; i++) {
            operation(Operation.WRITE, "main.t" + i, i);
            operation(Operation.LOAD, "main.t" + i, i);
        }
        PerformanceReport report = tracker.report();
        assertThat(report.operations()).containsOnlyKeys(Operation.WRITE, Operation.LOAD);
        assertThat(latency(Operation.WRITE).count()).isEqualTo(10_000);
        assertThat(report.slowest()).hasSize(20);
        assertThat(report.errors()).isEmpty();
    }

    /** A statement whose plan takes until the test says so. */
    private static final class Held implements ObservedStatement {

        private final String text;
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger atOnce;
        private final CountDownLatch released;

        private Held(String text, AtomicInteger atOnce, CountDownLatch released) {
            this.text = text;
            this.atOnce = atOnce;
            this.released = released;
        }

        @Override
        public String verb() {
            return "SELECT";
        }

        @Override
        public String masked() {
            return text;
        }

        @Override
        public Optional<String> plan(Duration timeout) {
            asked.incrementAndGet();
            assertThat(atOnce.incrementAndGet()).isEqualTo(1);
            try {
                assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            atOnce.decrementAndGet();
            return Optional.of("PLAN OF " + text);
        }
    }

    private void statement(ObservedStatement statement, long millis) {
        tracker.begin(new OperationObserver.Start("lake", Operation.QUERY, Optional.empty(), Optional.of(statement)))
                .end(new OperationObserver.End(
                        Duration.ofMillis(millis),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void plans_are_asked_for_one_at_a_time_once_for_each_text_and_never_below_the_threshold() {
        AtomicInteger atOnce = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        List<Held> statements = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Held held = new Held("SELECT " + i % 5, atOnce, released);
            statements.add(held);
            statement(held, 100 + i);
        }
        Held quick = new Held("SELECT 1", atOnce, released);
        statement(quick, 1);
        // Whoever reports or ends meanwhile waits for no plan.
        assertThat(tracker.report().slowest()).hasSize(10).allMatch(slow -> slow.plan() == null);
        released.countDown();
        await().untilAsserted(() -> assertThat(tracker.report().slowest())
                .allSatisfy(slow -> assertThat(slow.plan()).isEqualTo("PLAN OF " + slow.statement())));
        assertThat(statements.stream().mapToInt(held -> held.asked.get()).sum()).isEqualTo(5);
        assertThat(quick.asked).hasValue(0);
    }

    @Test
    void a_storm_of_slow_statements_does_not_pile_up() {
        AtomicInteger atOnce = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        List<Held> statements = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Held held = new Held("SELECT " + i, atOnce, released);
            statements.add(held);
            statement(held, 100 + i);
        }
        released.countDown();
        await().until(() -> tracker.report().slowest().stream()
                .allMatch(slow -> slow.took().compareTo(Duration.ofMillis(1080)) >= 0));
        assertThat(statements.stream().mapToInt(held -> held.asked.get()).sum()).isLessThanOrEqualTo(41);
        assertThat(tracker.report().slowest()).hasSize(20);
    }

    @Test
    void a_report_does_not_change_afterwards() {
        query(Operation.QUERY, 1, "IO");
        operation(Operation.QUERY, "", 100);
        PerformanceReport report = tracker.report();
        query(Operation.QUERY, 2, "IO");
        operation(Operation.QUERY, "", 100);
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
    void a_real_lake_leaves_its_figures_and_no_values(@TempDir Path directory) {
        PerformanceTracker all = new PerformanceTracker(Duration.ZERO);
        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(directory)
                .listener(all)
                .observer(all)
                .build();
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            lake.execute("CREATE TABLE fish (id BIGINT, name VARCHAR)");
            lake.query("SELECT * FROM fish WHERE name = 'canary' OR id = ?", 4711)
                    .list();
            lake.useTransaction(tx -> tx.execute("INSERT INTO fish VALUES (4711, 'canary')"));
            assertThatThrownBy(() -> lake.query("SELECT 'canary' FROM birds").list())
                    .isInstanceOf(QueryException.class);
            try (RowWriter writer = lake.rowWriter("fish")) {
                writer.write(4711, "canary").join();
            }
            await().untilAsserted(() -> assertThat(slow(all, "SELECT * FROM fish WHERE name = ? OR id = ?")
                            .plan())
                    .contains("DUCKLAKE_SCAN", "table: fish", "name = ?"));
            await().untilAsserted(() -> assertThat(
                            slow(all, "INSERT INTO fish VALUES (?, ?)").plan())
                    .contains("DUCKLAKE_INSERT"));
            assertThat(slow(all, "SELECT ? FROM birds").errorType()).isEqualTo("Catalog");
            assertThat(slow(all, "CREATE TABLE fish (id BIGINT, name VARCHAR)").operationId())
                    .isNotNull();
            // What is asked for a plan is no operation.
            assertThat(Objects.requireNonNull(all.report().operations().get(Operation.QUERY))
                            .count())
                    .isEqualTo(all.report().slowest().stream()
                            .filter(slow -> slow.operation() == Operation.QUERY)
                            .count());
        }
        PerformanceReport report = all.report();
        assertThat(report.operations())
                .containsKeys(Operation.ATTACH, Operation.EXECUTE, Operation.QUERY, Operation.COMMIT, Operation.WRITE);
        assertThat(report.operations().values()).allSatisfy(latency -> {
            assertThat(latency.mean()).isPositive();
            assertThat(latency.max()).isGreaterThanOrEqualTo(latency.mean());
        });
        assertThat(report.errors()).isEqualTo(Map.of("Catalog", 1L));
        assertThat(report.slowest())
                .isNotEmpty()
                .isSortedAccordingTo((a, b) -> b.took().compareTo(a.took()))
                .anySatisfy(slow -> {
                    assertThat(slow.operation()).isEqualTo(Operation.WRITE);
                    assertThat(slow.table()).isEqualTo("main.fish");
                    assertThat(slow.snapshotId()).isNotNull();
                });
        assertThat(report.toString()).doesNotContain("canary", "4711", directory.toString());
    }

    private static SlowOperation slow(PerformanceTracker tracker, String statement) {
        return tracker.report().slowest().stream()
                .filter(slow -> statement.equals(slow.statement()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(tracker.report().slowest()));
    }
}
