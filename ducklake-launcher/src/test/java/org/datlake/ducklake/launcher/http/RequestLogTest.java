package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import org.awaitility.Awaitility;
import org.datlake.ducklake.TransactionOptions;
import org.datlake.ducklake.launcher.RunningServer;
import org.datlake.ducklake.launcher.access.AuditLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What is in the log, as JSON, when requests have been answered. */
class RequestLogTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String OPERATION = "[0-9a-f-]{36}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.datlake");

    @TempDir
    private Path directory;

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.ready(directory, Map.of());
        server.lake().execute("CREATE TABLE events (id INTEGER, note VARCHAR)");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogstashEncoder encoder = new LogstashEncoder();
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(out);
        appender.start();
        ours.setLevel(Level.TRACE);
        ours.setAdditive(false);
        ours.addAppender(appender);
    }

    @AfterEach
    void stop() {
        ours.detachAppender(appender);
        ours.setAdditive(true);
        ours.setLevel(null);
        appender.stop();
        server.close();
    }

    private List<JsonNode> lines(String logger) {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(RunningServer::parse)
                .filter(line -> line.get("logger_name").asString().equals(logger))
                .toList();
    }

    /** A line is written when the answer may have been read already. */
    private JsonNode requestLine() {
        Awaitility.await().until(() -> !lines(RequestLog.class.getName()).isEmpty());
        assertThat(lines(RequestLog.class.getName())).hasSize(1);
        return lines(RequestLog.class.getName()).get(0);
    }

    private HttpResponse<String> post(String path, String type, String body, String... headers) {
        return server.send(server.request(path, headers)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static String ownSpan(HttpResponse<String> answer) {
        String parent = answer.headers().firstValue("traceparent").orElse("");
        assertThat(parent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
        return parent.substring(36, 52);
    }

    @Test
    void a_write_is_found_by_request_trace_operation_and_snapshot() {
        HttpResponse<String> answer = post(
                "/api/v1/tables/main/events/rows",
                "application/x-ndjson",
                "{\"id\": 4711, \"note\": \"canary-8213\"}",
                "X-Request-Id",
                "mine-1",
                "traceparent",
                "00-" + TRACE + "-" + CALLER + "-01");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("traceparent")).hasValue("00-" + TRACE + "-" + ownSpan(answer) + "-01");
        assertThat(ownSpan(answer)).isNotEqualTo(CALLER);
        JsonNode written = RunningServer.parse(answer.body());
        JsonNode line = requestLine();
        assertThat(line.get("message").asString()).isEqualTo("request");
        assertThat(line.get("request_id").asString()).isEqualTo("mine-1");
        assertThat(line.get("trace_id").asString()).isEqualTo(TRACE);
        assertThat(line.get("span_id").asString()).isEqualTo(ownSpan(answer));
        assertThat(line.get("operation_id").asString())
                .matches(OPERATION)
                .isEqualTo(written.get("operationId").asString());
        assertThat(line.get("snapshot_id").asLong())
                .isEqualTo(written.get("snapshotId").asLong());
        assertThat(line.get("status").asInt()).isEqualTo(200);
        assertThat(line.get("method").asString()).isEqualTo("POST");
        assertThat(line.get("path").asString()).isEqualTo("/api/v1/tables/main/events/rows");
        assertThat(line.get("duration_ms").isIntegralNumber()).isTrue();

        Awaitility.await().until(() -> !lines(AuditLog.LOGGER).isEmpty());
        JsonNode audit = lines(AuditLog.LOGGER).get(0);
        for (String id : List.of("request_id", "trace_id", "span_id", "operation_id")) {
            assertThat(audit.get(id)).as(id).isEqualTo(line.get(id));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("canary-8213", "4711");
    }

    @Test
    void a_query_is_found_by_the_snapshot_that_it_reads_and_its_statement_is_nowhere() {
        for (String format : List.of("application/json", "application/vnd.apache.parquet")) {
            out.reset();
            HttpResponse<String> answer = post(
                    "/api/v1/query",
                    "application/json",
                    "{\"sql\": \"SELECT * FROM events WHERE note = 'canary-8213' AND id < ?\", \"parameters\": [4711]}",
                    "Accept",
                    format);

            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode line = requestLine();
            assertThat(line.get("snapshot_id").asString())
                    .isEqualTo(
                            answer.headers().firstValue("Datlake-Snapshot-Id").orElse(""));
            assertThat(line.has("operation_id")).isFalse();
            assertThat(line.get("trace_id").asString()).matches("[0-9a-f]{32}");
            assertThat(line.get("span_id").asString()).isEqualTo(ownSpan(answer));
            assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("canary-8213", "4711");
        }
    }

    @Test
    void asking_for_an_operation_is_found_by_it() {
        String operation = server.lake()
                .commit(
                        TransactionOptions.defaults(),
                        transaction -> transaction.execute("INSERT INTO events VALUES (1, 'one')"))
                .operationId()
                .toString();

        JsonNode told = server.json("/api/v1/operations/" + operation);
        JsonNode line = requestLine();
        assertThat(line.get("operation_id").asString()).isEqualTo(operation);
        assertThat(line.get("snapshot_id").asLong())
                .isEqualTo(told.get("snapshotId").asLong());
    }

    @Test
    void what_has_neither_operation_nor_snapshot_has_a_line_without() {
        server.get("/nowhere", "traceparent", "00-" + TRACE.toUpperCase(Locale.ROOT) + "-" + CALLER + "-01");
        JsonNode line = requestLine();
        assertThat(line.get("status").asInt()).isEqualTo(404);
        assertThat(line.has("operation_id")).isFalse();
        assertThat(line.has("snapshot_id")).isFalse();
        // What is not valid is not continued.
        assertThat(line.get("trace_id").asString()).isNotEqualToIgnoringCase(TRACE);
    }

    @Test
    void each_request_has_ids_of_its_own() {
        for (int i = 0; i < 50; i++) {
            server.get("/api/v1/tables", "X-Request-Id", "r" + i);
        }
        Awaitility.await().until(() -> lines(RequestLog.class.getName()).size() == 50);
        assertThat(lines(RequestLog.class.getName()))
                .extracting(line -> line.get("request_id").asString())
                .doesNotHaveDuplicates();
        assertThat(lines(RequestLog.class.getName()))
                .extracting(line -> line.get("span_id").asString())
                .doesNotHaveDuplicates();
    }
}
