package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.datlake.ducklake.metrics.PerformanceTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MetricsRoutesTest {

    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*");
    private static final Pattern SAMPLE = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*"
            + "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\]*\"(,[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\]*\")*,?})?"
            + " (NaN|[+-]Inf|-?[0-9.]+(E-?[0-9]+)?)");

    @Test
    void prometheus_gets_text_that_it_can_read(@TempDir Path directory) {
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");

            // Which kinds of memory there are is asked in the background.
            Awaitility.await().until(() -> server.get("/metrics").body().contains("ducklake_duckdb_memory"));
            HttpResponse<String> answer = server.get("/metrics");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
            assertThat(answer.body().lines())
                    .hasSizeGreaterThan(30)
                    .allMatch(line -> COMMENT.matcher(line).matches()
                            || SAMPLE.matcher(line).matches());
            assertThat(answer.body())
                    .contains("ducklake_catalog_up{catalog=\"lake\"} 1.0")
                    .contains("ducklake_commits_seconds_count")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void memory_and_performance_are_told_as_json(@TempDir Path directory) {
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");

            JsonNode memory = server.json("/metrics/memory");
            assertThat(memory.get("heap").get("used").asLong()).isPositive();
            assertThat(memory.get("duckDb").has("ALLOCATOR")).isTrue();
            assertThat(memory.get("duckDbLimit").asString()).isNotBlank();

            JsonNode performance = server.json("/metrics/performance");
            assertThat(performance.get("operations").get("COMMIT").get("count").asLong())
                    .isEqualTo(1);
            assertThat(performance
                            .get("operations")
                            .get("COMMIT")
                            .get("percentiles")
                            .propertyNames())
                    .containsExactlyInAnyOrder("p50", "p95", "p99");
            assertThat(performance.get("slowThreshold").asDouble()).isEqualTo(1);
            assertThat(performance.get("slowest").isArray()).isTrue();
        }
    }

    @Test
    void a_slow_query_is_listed_with_its_request_its_trace_and_its_plan_and_without_values(@TempDir Path directory) {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        try (RunningServer server = RunningServer.ready(directory, Map.of("SLOW_OPERATION_THRESHOLD", "0.1"))) {
            server.lake()
                    .execute("CREATE TABLE events AS SELECT range AS id, 'canary' || range AS note FROM range(100000)");
            AtomicInteger rows = new AtomicInteger(500);

            // Whatever the machine takes 100 ms for.
            JsonNode slow = Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(
                            () -> {
                                String body =
                                        "{\"sql\": \"SELECT count(*) AS n FROM events a, events b WHERE a.note <> 'canary' AND "
                                                + "a.id * b.id <> 4711 AND b.id < ?\", \"parameters\": ["
                                                + rows.getAndUpdate(n -> 2 * n)
                                                + "]}";
                                server.send(server.request(
                                                "/api/v1/query",
                                                "Content-Type",
                                                "application/json",
                                                "X-Request-Id",
                                                "slow-1",
                                                "traceparent",
                                                "00-" + trace + "-00f067aa0ba902b7-00")
                                        .POST(BodyPublishers.ofString(body))
                                        .build());
                                return queryIn(server.json("/metrics/performance"));
                            },
                            Optional::isPresent)
                    .orElseThrow();

            assertThat(slow.get("requestId").asString()).isEqualTo("slow-1");
            assertThat(slow.get("traceId").asString()).isEqualTo(trace);
            assertThat(slow.get("took").asDouble()).isGreaterThanOrEqualTo(0.1);
            assertThat(slow.get("snapshotId").asLong()).isPositive();
            assertThat(slow.get("statement").asString())
                    .isEqualTo("SELECT count(*) AS n FROM events a, events b WHERE a.note <> ? AND a.id * b.id <> ?"
                            + " AND b.id < ?");
            Awaitility.await()
                    .until(() -> queryIn(server.json("/metrics/performance"))
                            .filter(found -> !found.get("plan").isNull())
                            .isPresent());
            String report = server.get("/metrics/performance").body();
            assertThat(queryIn(RunningServer.parse(report))
                            .orElseThrow()
                            .get("plan")
                            .asString())
                    .contains("DUCKLAKE_SCAN", "table: events", "note")
                    .contains("\n  ");
            assertThat(report).doesNotContain("canary", "4711");
        }
    }

    private static Optional<JsonNode> queryIn(JsonNode performance) {
        for (JsonNode slow : performance.get("slowest")) {
            if (slow.get("operation").asString().equals("QUERY")
                    && slow.get("statement").asString().startsWith("SELECT count(*) AS n")) {
                return Optional.of(slow);
            }
        }
        return Optional.empty();
    }

    @Test
    void without_performance_tracking_nobody_follows_operations(@TempDir Path directory) {
        try (RunningServer server =
                RunningServer.start(directory, Map.of("FEATURE_ENABLE_PERFORMANCE_TRACKING", "false"))) {
            assertThat(server.lake().settings().observers()).isEmpty();
            assertThat(server.lake().settings().listeners())
                    .noneMatch(listener -> listener instanceof PerformanceTracker);
        }
    }

    @Test
    void what_is_switched_off_answers_404(@TempDir Path directory) {
        Map<String, String> off = Map.of(
                "FEATURE_ENABLE_PROMETHEUS_METRICS", "false",
                "FEATURE_ENABLE_MEMORY_MONITORING", "false",
                "FEATURE_ENABLE_PERFORMANCE_TRACKING", "false");
        try (RunningServer server = RunningServer.start(directory, off)) {
            for (String path : new String[] {"/metrics", "/metrics/memory", "/metrics/performance"}) {
                assertThat(server.get(path).statusCode()).as(path).isEqualTo(404);
            }
            assertThat(server.get("/config/summary").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void without_memory_monitoring_prometheus_gets_no_memory(@TempDir Path directory) {
        try (RunningServer server =
                RunningServer.ready(directory, Map.of("FEATURE_ENABLE_MEMORY_MONITORING", "false"))) {
            assertThat(server.get("/metrics").body())
                    .contains("ducklake_catalog_up")
                    .doesNotContain("jvm_memory")
                    .doesNotContain("duckdb_memory");
        }
    }
}
