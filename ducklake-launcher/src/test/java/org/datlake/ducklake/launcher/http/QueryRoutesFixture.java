package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server with a table of ducks and narrow limits, and a client that sends statements to it. */
abstract class QueryRoutesFixture {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

    @TempDir
    static Path directory;

    @TempDir
    static Path spill;

    static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.ready(
                directory,
                Map.of(
                        "DUCKDB_TEMP_DIRECTORY", spill.toString(),
                        "QUERY_MAX_ROWS", "300000",
                        "QUERY_MAX_BYTES", "8MB",
                        "QUERY_MAX_CONCURRENT", "2",
                        "QUERY_TIMEOUT", "20"));
        server.lake().execute("CREATE TABLE duck (id INTEGER, name VARCHAR)");
        server.lake().execute("INSERT INTO duck VALUES (1, 'Ann, \"the\" duck'), (2, NULL), (3, '')");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static HttpRequest request(Map<String, ?> body, String... headers) {
        return server.request("/api/v1/query", headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    static HttpResponse<String> query(String sql, String... headers) {
        return server.send(request(Map.of("sql", sql), headers));
    }

    static HttpResponse<String> post(String body) {
        return server.send(server.request("/api/v1/query")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    static String rows(Map<String, ?> body) {
        return RunningServer.parse(server.send(request(body)).body())
                .get("rows")
                .toString();
    }

    static void sendQuery(Socket socket, String sql) throws IOException {
        String body = JSON.writeValueAsString(Map.of("sql", sql));
        RunningServer.send(
                socket,
                "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
    }

    /** The last byte arrives before the file is deleted. */
    static void assertNothingLeft() {
        Awaitility.await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(spill)) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("datlake-answer")))
                        .isEmpty();
            }
        });
    }

    static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = RunningServer.parse(answer.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail).doesNotContain("secret value");
    }
}
