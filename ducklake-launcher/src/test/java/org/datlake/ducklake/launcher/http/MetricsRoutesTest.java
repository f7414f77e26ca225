package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
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
            assertThat(performance.get("slowest").isEmpty()).isFalse();
            assertThat(performance.get("slowest").toString()).doesNotContain("CREATE TABLE");
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
