package org.datlake.ducklake.launcher.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.ObservationHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What OpenTelemetry's own library records of requests and operations, when a bridge lies beside the program. */
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    @TempDir
    private Path directory;

    /** A jar that says which class is the handler. The class itself is the program's in these tests. */
    private Path jars(String handler) throws IOException {
        Path jars = Files.createDirectories(directory.resolve("tracing"));
        try (OutputStream file = Files.newOutputStream(jars.resolve("bridge.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + ObservationHandler.class.getName()));
            jar.write(handler.getBytes(StandardCharsets.UTF_8));
        }
        return jars;
    }

    private RunningServer traced() throws IOException {
        RunningServer server = RunningServer.ready(
                directory.resolve("home"),
                Map.of("TRACING_JARS", jars(InMemoryTracing.class.getName()).toString()));
        server.lake().execute("CREATE TABLE events (id INTEGER NOT NULL, note VARCHAR)");
        InMemoryTracing.SPANS.reset();
        return server;
    }

    private static HttpResponse<String> post(
            RunningServer server, String path, String type, String body, String... headers) {
        return server.send(server.request(path, headers)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** The span of a request ends when its answer may have been read already. */
    private static SpanData request() {
        return Awaitility.await()
                .until(
                        () -> InMemoryTracing.SPANS.getFinishedSpanItems().stream()
                                .filter(span -> span.getKind() == SpanKind.SERVER)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static List<SpanData> childrenOf(SpanData parent) {
        return InMemoryTracing.SPANS.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                .toList();
    }

    private static String text(SpanData span, String key) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
    }

    @Test
    void a_write_over_http_is_a_part_of_its_callers_trace() throws IOException {
        try (RunningServer server = traced()) {
            HttpResponse<String> answer = post(
                    server,
                    "/api/v1/tables/main/events/rows",
                    "application/x-ndjson",
                    "{\"id\": 4711, \"note\": \"canary\"}",
                    "traceparent",
                    "00-" + TRACE + "-" + CALLER + "-01",
                    "tracestate",
                    "vendor=opaque");
            assertThat(answer.statusCode()).isEqualTo(200);

            SpanData request = request();
            assertThat(request.getName()).isEqualTo("POST /api/v1/tables/{schema}/{table}/rows");
            assertThat(request.getTraceId()).isEqualTo(TRACE);
            assertThat(request.getParentSpanId()).isEqualTo(CALLER);
            assertThat(request.getParentSpanContext().isRemote()).isTrue();
            assertThat(request.getSpanContext().getTraceState().get("vendor")).isEqualTo("opaque");
            assertThat(text(request, "http.request.method")).isEqualTo("POST");
            assertThat(text(request, "http.route")).isEqualTo("/api/v1/tables/{schema}/{table}/rows");
            assertThat(text(request, "http.response.status_code")).isEqualTo("200");
            assertThat(text(request, "datlake.request.id"))
                    .isEqualTo(answer.headers().firstValue("X-Request-Id").orElse(""));
            // What the caller is told, and the log, is the library's span and no other.
            assertThat(answer.headers().firstValue("traceparent"))
                    .hasValue("00-" + TRACE + "-" + request.getSpanId() + "-01");

            String operation =
                    RunningServer.parse(answer.body()).get("operationId").asString();
            String snapshot =
                    RunningServer.parse(answer.body()).get("snapshotId").asString();
            assertThat(text(request, "ducklake.operation.id")).isEqualTo(operation);
            assertThat(text(request, "ducklake.snapshot.id")).isEqualTo(snapshot);
            List<SpanData> children = childrenOf(request);
            assertThat(children).isNotEmpty().allSatisfy(child -> {
                assertThat(child.getTraceId()).isEqualTo(TRACE);
                assertThat(text(child, "db.system.name")).isEqualTo("duckdb");
            });
            assertThat(children)
                    .filteredOn(child -> text(child, "ducklake.operation").equals("write"))
                    .singleElement()
                    .satisfies(write -> {
                        assertThat(write.getName()).isEqualTo("write lake");
                        assertThat(text(write, "db.collection.name")).isEqualTo("main.events");
                        assertThat(text(write, "ducklake.operation.id")).isEqualTo(operation);
                        assertThat(text(write, "ducklake.snapshot.id")).isEqualTo(snapshot);
                        assertThat(text(write, "ducklake.outcome")).isEqualTo("success");
                        assertThat(write.getEndEpochNanos()).isLessThanOrEqualTo(request.getEndEpochNanos());
                    });
            assertThat(InMemoryTracing.SPANS.getFinishedSpanItems().toString()).doesNotContain("canary", "4711");
        }
    }

    @Test
    void a_load_has_its_transaction_and_the_transaction_its_statements() throws IOException {
        try (RunningServer server = traced()) {
            HttpResponse<String> answer =
                    post(server, "/api/v1/tables/main/events/rows", "text/csv", "id,note\n4711,canary\n");
            assertThat(answer.statusCode()).isEqualTo(200);

            SpanData request = request();
            SpanData load = childrenOf(request).stream()
                    .filter(child -> text(child, "ducklake.operation").equals("load"))
                    .findFirst()
                    .orElseThrow();
            SpanData transaction = childrenOf(load).stream()
                    .filter(child -> text(child, "ducklake.operation").equals("commit"))
                    .findFirst()
                    .orElseThrow();
            assertThat(childrenOf(transaction))
                    .anySatisfy(insert ->
                            assertThat(text(insert, "db.operation.name")).isEqualTo("INSERT"));
            assertThat(InMemoryTracing.SPANS.getFinishedSpanItems())
                    .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(request.getTraceId()));
            assertThat(InMemoryTracing.SPANS.getFinishedSpanItems().toString()).doesNotContain("canary", "4711");
        }
    }

    @Test
    void a_query_is_told_with_its_statement_but_for_its_values() throws IOException {
        try (RunningServer server = traced()) {
            HttpResponse<String> answer = post(
                    server,
                    "/api/v1/query",
                    "application/json",
                    "{\"sql\": \"SELECT * FROM events WHERE note = 'canary' AND id = ?\", \"parameters\": [4711]}");
            assertThat(answer.statusCode()).isEqualTo(200);

            SpanData request = request();
            // Nobody sent a trace, so the request begins one.
            assertThat(request.getParentSpanContext().isValid()).isFalse();
            assertThat(answer.headers().firstValue("traceparent"))
                    .hasValue("00-" + request.getTraceId() + "-" + request.getSpanId() + "-01");
            assertThat(childrenOf(request)).singleElement().satisfies(query -> {
                assertThat(query.getName()).isEqualTo("SELECT lake");
                assertThat(text(query, "db.query.text")).isEqualTo("SELECT * FROM events WHERE note = ? AND id = ?");
                assertThat(text(query, "ducklake.snapshot.id"))
                        .isEqualTo(answer.headers()
                                .firstValue("Datlake-Snapshot-Id")
                                .orElse(""));
                assertThat(text(query, "error.type")).isEqualTo("null");
                assertThat(query.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
            });
            assertThat(InMemoryTracing.SPANS.getFinishedSpanItems().toString()).doesNotContain("canary", "4711");
        }
    }

    @Test
    void what_fails_is_told_with_its_class_and_what_is_unknown_has_no_route() throws IOException {
        try (RunningServer server = traced()) {
            post(server, "/api/v1/query", "application/json", "{\"sql\": \"SELECT canary FROM events\"}");
            SpanData request = request();
            assertThat(text(request, "http.response.status_code")).isEqualTo("400");
            assertThat(childrenOf(request)).singleElement().satisfies(query -> {
                assertThat(query.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
                assertThat(text(query, "error.type")).isEqualTo("Binder");
                assertThat(text(query, "db.response.status_code")).isEqualTo("42703");
                assertThat(text(query, "ducklake.outcome")).isEqualTo("error");
            });

            InMemoryTracing.SPANS.reset();
            server.get("/nowhere/4711");
            assertThat(request().getName()).isEqualTo("GET");
            assertThat(text(request(), "http.route")).isEqualTo("none");
        }
    }

    @Test
    void probes_are_not_traced() throws IOException {
        try (RunningServer server = traced()) {
            for (String path : List.of("/health", "/health/live", "/livez", "/readyz")) {
                assertThat(server.get(path).headers().firstValue("traceparent")).isPresent();
            }
            server.get("/api/v1/tables");
            assertThat(request().getName()).isEqualTo("GET /api/v1/tables");
            assertThat(InMemoryTracing.SPANS.getFinishedSpanItems())
                    .filteredOn(span -> span.getKind() == SpanKind.SERVER)
                    .hasSize(1);
        }
    }

    @Test
    void a_caller_that_is_not_recorded_is_not_recorded_here() throws IOException {
        try (RunningServer server = traced()) {
            HttpResponse<String> answer =
                    server.get("/api/v1/tables", "traceparent", "00-" + TRACE + "-" + CALLER + "-00");
            assertThat(answer.headers().firstValue("traceparent").orElse(""))
                    .startsWith("00-" + TRACE + "-")
                    .endsWith("-00");
            server.get("/api/v1/snapshots");
            assertThat(request().getName()).isEqualTo("GET /api/v1/snapshots");
        }
    }

    @Test
    void an_invalid_trace_is_kept_from_the_library() throws IOException {
        try (RunningServer server = traced()) {
            server.get("/api/v1/tables", "traceparent", "ff-" + TRACE + "-" + CALLER + "-01");
            assertThat(request().getTraceId()).isNotEqualTo(TRACE);
        }
    }

    @Test
    void without_a_handler_nothing_is_observed() {
        Tracing tracing = Tracing.find(Optional.empty());
        assertThat(tracing.registry()).isNull();
        tracing.close();
    }

    @Test
    void jars_that_cannot_be_used_are_refused_at_start() throws IOException {
        Path nowhere = directory.resolve("nowhere");
        assertThatThrownBy(() -> Tracing.find(Optional.of(nowhere)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("TRACING_JARS")
                .hasMessageContaining(nowhere.toString());
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertThatThrownBy(() -> Tracing.find(Optional.of(empty)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("META-INF/services");
        Path unknown = jars("org.example.NotThere");
        assertThatThrownBy(() -> Tracing.find(Optional.of(unknown)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("org.example.NotThere");
    }
}
