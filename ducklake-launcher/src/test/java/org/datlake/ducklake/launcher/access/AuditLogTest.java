package org.datlake.ducklake.launcher.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is written about who did what. */
class AuditLogTest {

    private static final Map<String, String> TOKENS = Map.of(
            "AUTH_READER_TOKENS", "reader-8213",
            "AUTH_WRITER_TOKENS", "writer-8213",
            "AUTH_TRUST_LOOPBACK", "false");

    @TempDir
    private Path directory;

    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            lines.add(event);
        }
    };
    private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.LOGGER);

    @BeforeEach
    void listen() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    @Test
    void writes_and_refusals_get_a_line_and_reads_do_not() {
        try (RunningServer server = RunningServer.ready(directory, TOKENS)) {
            server.lake().execute("CREATE TABLE events (id INTEGER, note VARCHAR)");

            HttpResponse<String> written = write(server, "writer-8213", "{\"id\": 1, \"note\": \"value-8213\"}");
            write(server, "writer-8213", "{\"id\": \"no number\"}");
            write(server, "reader-8213", "{\"id\": 2}");
            write(server, "guess-8213", "{\"id\": 3}");
            server.get("/api/v1/tables", "Authorization", "Bearer reader-8213");

            String operation =
                    RunningServer.parse(written.body()).get("operationId").asString();
            // A line is written when the answer may have been read already.
            Awaitility.await().until(() -> lines.size() >= 4);
            assertThat(lines.stream().map(AuditLogTest::text))
                    .containsExactly(
                            "INFO write POST /api/v1/tables/main/events/rows writer 127.0.0.1 200 " + operation,
                            "INFO write POST /api/v1/tables/main/events/rows writer 127.0.0.1 422",
                            "WARN refused POST /api/v1/tables/main/events/rows reader 127.0.0.1 403 role",
                            "WARN refused POST /api/v1/tables/main/events/rows unknown 127.0.0.1 401 token unknown");
            assertThat(lines).allSatisfy(line -> {
                assertThat(line.getMDCPropertyMap()).containsKey("request_id");
                assertThat(line.getFormattedMessage() + line.getKeyValuePairs()).doesNotContain("8213");
            });
        }
    }

    @Test
    void a_statement_that_is_refused_gets_a_line_without_its_text() {
        try (RunningServer server = RunningServer.ready(directory, TOKENS)) {
            for (String accepted : List.of("application/json", "application/vnd.apache.parquet")) {
                server.post(
                        "/api/v1/query",
                        "application/json",
                        "{\"sql\": \"SELECT * FROM read_text('/secret-8213')\"}".getBytes(StandardCharsets.UTF_8),
                        "Authorization",
                        "Bearer reader-8213",
                        "Accept",
                        accepted,
                        "X-Request-Id",
                        "asked-for-" + accepted.length());
            }

            Awaitility.await().until(() -> lines.size() >= 2);
            assertThat(lines.stream().map(AuditLogTest::text))
                    .containsOnly("WARN refused POST /api/v1/query reader 127.0.0.1 422 statement");
            assertThat(lines.stream().map(line -> line.getMDCPropertyMap().get("request_id")))
                    .containsExactly("asked-for-16", "asked-for-30");
            assertThat(lines)
                    .allSatisfy(line -> assertThat(line.getFormattedMessage() + line.getKeyValuePairs())
                            .doesNotContain("8213", "SELECT", "read_text"));
        }
    }

    @Test
    void a_statement_that_runs_or_fails_is_a_read_and_gets_no_line() {
        try (RunningServer server = RunningServer.ready(directory, TOKENS)) {
            for (String sql : List.of("SELECT 1", "SELECT no_such_column", "SELECT FROM WHERE")) {
                server.post(
                        "/api/v1/query",
                        "application/json",
                        ("{\"sql\": \"" + sql + "\"}").getBytes(StandardCharsets.UTF_8),
                        "Authorization",
                        "Bearer reader-8213");
            }
            write(server, "writer-8213", "{}");

            Awaitility.await().until(() -> !lines.isEmpty());
            assertThat(lines.stream().map(AuditLogTest::text))
                    .containsExactly("INFO write POST /api/v1/tables/main/events/rows writer 127.0.0.1 404");
        }
    }

    @Test
    void a_write_gets_its_line_however_it_fails() throws IOException {
        try (RunningServer server = RunningServer.ready(directory, TOKENS)) {
            server.lake().execute("CREATE TABLE events (id INTEGER, note VARCHAR)");
            String rows = "/api/v1/tables/main/events/rows";
            String token = "Bearer writer-8213";

            server.post("/api/v1/tables/main/none/rows", "text/csv", new byte[0], "Authorization", token);
            server.post(rows, "text/plain", new byte[0], "Authorization", token);
            server.post(rows, "text/csv", new byte[0], "Authorization", token, "Idempotency-Key", " ");
            server.post(rows, "text/csv", new byte[0], "Authorization", token, "Content-Encoding", "br");
            server.post(rows, "text/csv", "id\nx\n".getBytes(StandardCharsets.UTF_8), "Authorization", token);
            try (Socket leaving = server.connect()) {
                RunningServer.send(
                        leaving,
                        "POST " + rows + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token
                                + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n{\"id\": 1");
                leaving.shutdownOutput();
                assertThat(leaving.getInputStream().readAllBytes()).isNotNull();
            }

            Awaitility.await().until(() -> lines.size() >= 6);
            assertThat(lines.stream().map(line -> text(line).replaceAll("^INFO write POST \\S+ writer 127.0.0.1 ", "")))
                    .containsExactly("404", "415", "400", "415", "422", "400");
        }
    }

    private static HttpResponse<String> write(RunningServer server, String token, String row) {
        return server.send(server.request("/api/v1/tables/main/events/rows", "Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(row))
                .build());
    }

    private static String text(ILoggingEvent line) {
        return line.getLevel() + " " + line.getMessage() + " "
                + line.getKeyValuePairs().stream()
                        .map(pair -> String.valueOf(pair.value))
                        .collect(Collectors.joining(" "));
    }
}
