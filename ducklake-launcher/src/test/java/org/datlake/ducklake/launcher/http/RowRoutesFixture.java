package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server with a table that is empty before each test, and a client that sends rows to it. */
abstract class RowRoutesFixture {

    static final String NDJSON = "application/x-ndjson";
    static final String JSON = "application/json";
    static final String ROWS = "/api/v1/tables/main/t/rows";

    @TempDir
    static Path directory;

    @TempDir
    static Path spill;

    static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.ready(directory, Map.of("DUCKDB_TEMP_DIRECTORY", spill.toString()));
        server.lake()
                .execute("CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR, amount DECIMAL(12, 2), seen TIMESTAMP, "
                        + "state VARCHAR DEFAULT 'new')");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void emptyTable() {
        server.lake().execute("DELETE FROM t");
    }

    static HttpResponse<String> post(String type, String body, String... headers) {
        return server.post(ROWS, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static JsonNode written(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningServer.parse(answer.body());
    }

    static JsonNode problem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain("CANARY").doesNotContain("datlake-body");
        assertThat(count()).isZero();
        return RunningServer.parse(answer.body());
    }

    static long count() {
        return server.lake().query("SELECT count(*) FROM t").as(Long.class).one();
    }

    static List<String> rows() {
        return server.lake()
                .query("SELECT concat_ws('|', id, name, amount, seen, state) FROM t ORDER BY id")
                .as(String.class)
                .list();
    }

    static String large(int rows) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            body.append("{\"id\":").append(i).append(",\"name\":\"name of ").append(i);
            body.append("\",\"amount\":1.25,\"seen\":\"2024-01-02T03:04:05\",\"state\":\"x\"}\n");
        }
        return body.toString();
    }

    static List<Path> spool() {
        try (Stream<Path> files = Files.list(spill)) {
            return files.filter(file -> file.getFileName().toString().startsWith("datlake-body"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String head(String length) {
        return "POST " + ROWS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + NDJSON + "\r\n" + length
                + "\r\n\r\n";
    }
}
