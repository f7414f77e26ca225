package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each event reaches its meter. Dashboards and alerts hang on the names, which are therefore written out here. */
class DuckLakeMetricsTest {

    private static final Duration TOOK = Duration.ofMillis(250);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DuckLakeMetrics metrics = new DuckLakeMetrics(registry);

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }

    private double count(String name, String... tags) {
        Counter counter = registry.get(name).tags(tags).counter();
        assertThat(counter.getId().getTags()).hasSize(tags.length / 2);
        return counter.count();
    }

    private static void assertOnce(Timer timer) {
        assertThat(timer.count()).isEqualTo(1);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(250);
    }

    private static DuckLakeException failure() {
        return new DuckLakeException("cannot reach db.example.com", "Connection", "08001", true, null);
    }

    @ParameterizedTest
    @CsvSource({"QUERY, query", "EXECUTE, execute", "JDBC, jdbc", "COMMIT, commit", "ATTACH, attach"})
    void a_finished_statement_is_timed_by_its_kind(Operation operation, String word) {
        metrics.on(new DuckLakeEvent.QueryFinished("lake", operation, TOOK, Optional.empty()));
        assertOnce(
                timer("ducklake.queries", "catalog", "lake", "operation", word, "outcome", "success", "error", "none"));
    }

    @Test
    void a_failed_statement_is_timed_by_the_kind_of_its_error() {
        metrics.on(new DuckLakeEvent.QueryFinished("lake", Operation.QUERY, TOOK, Optional.of("Parser")));
        assertOnce(timer(
                "ducklake.queries", "catalog", "lake", "operation", "query", "outcome", "error", "error", "Parser"));
    }

    @Test
    void a_transaction_is_timed_with_all_its_repetitions() {
        metrics.on(new DuckLakeEvent.TransactionFinished("lake", TOOK, 4, Optional.empty()));
        assertOnce(timer("ducklake.commits", "catalog", "lake", "outcome", "success", "error", "none"));
        metrics.on(new DuckLakeEvent.TransactionFinished("lake", TOOK, 4, Optional.of("TransactionContext")));
        assertOnce(timer("ducklake.commits", "catalog", "lake", "outcome", "error", "error", "TransactionContext"));
    }

    @Test
    void attaching_is_timed_whether_it_succeeds_or_not() {
        metrics.on(new DuckLakeEvent.Attached("lake", TOOK, true));
        metrics.on(new DuckLakeEvent.AttachFailed("lake", TOOK, failure(), true));
        assertOnce(timer("ducklake.attach", "catalog", "lake", "outcome", "success", "error", "none"));
        assertOnce(timer("ducklake.attach", "catalog", "lake", "outcome", "error", "error", "Connection"));
    }

    @Test
    void a_retry_is_counted_by_its_kind_and_error() {
        metrics.on(new DuckLakeEvent.Retried("lake", Operation.COMMIT, 1, "TransactionContext"));
        metrics.on(new DuckLakeEvent.Retried("lake", Operation.COMMIT, 2, "TransactionContext"));
        assertThat(count("ducklake.retries", "catalog", "lake", "operation", "commit", "error", "TransactionContext"))
                .isEqualTo(2);
    }

    @Test
    void a_replaced_engine_and_a_hanging_call_are_counted() {
        metrics.on(new DuckLakeEvent.EngineReopened("lake", TOOK));
        metrics.on(new DuckLakeEvent.CallQuarantined("lake", 7));
        assertThat(count("ducklake.engine.reopens", "catalog", "lake")).isEqualTo(1);
        assertThat(count("ducklake.calls.quarantined", "catalog", "lake")).isEqualTo(1);
    }

    @Test
    void ups_and_downs_make_no_series_because_gauges_show_them() {
        metrics.on(new DuckLakeEvent.CatalogDown("lake", "refused"));
        metrics.on(new DuckLakeEvent.CatalogUp("lake"));
        metrics.on(new DuckLakeEvent.StorageDown("lake", "refused"));
        metrics.on(new DuckLakeEvent.StorageUp("lake"));
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void lakes_are_told_apart_by_their_alias() {
        metrics.on(new DuckLakeEvent.Attached("first", TOOK, true));
        metrics.on(new DuckLakeEvent.Attached("second", TOOK, true));
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getTag("catalog")))
                .containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void the_message_of_an_error_reaches_no_meter() {
        metrics.on(new DuckLakeEvent.AttachFailed(
                "lake", TOOK, new CatalogException("canary", "Connection", "08001", true, failure()), false));
        assertThat(registry.getMeters())
                .singleElement()
                .extracting(meter -> meter.getId().toString())
                .asString()
                .doesNotContain("canary", "example.com");
    }
}
