package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may not do to the server, by intent or by accident. */
class LimitsTest {

    private static final String NDJSON = "application/x-ndjson";
    private static final String ROWS = "/api/v1/tables/main/t/rows";

    @TempDir
    private static Path directory;

    @TempDir
    private static Path spill;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.ready(directory, Map.of("DUCKDB_TEMP_DIRECTORY", spill.toString()));
        server.lake().execute("CREATE TABLE t (id BIGINT, doc JSON)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void emptyTable() {
        server.lake().execute("DELETE FROM t");
    }

    private static HttpResponse<String> post(String type, byte[] body, String... headers) {
        return server.post(ROWS, type, body, headers);
    }

    private static HttpResponse<String> post(String type, String body, String... headers) {
        return post(type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static long count() {
        return server.lake().query("SELECT count(*) FROM t").as(Long.class).one();
    }

    private static void assertNothingWritten(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(detail);
        assertThat(count()).isZero();
        assertThat(spill).isEmptyDirectory();
    }

    /** Sends the head of a request, and a few bytes of its body. */
    private static Socket begin(String headers, String firstBytes) throws IOException {
        Socket socket = server.connect();
        RunningServer.send(
                socket,
                "POST " + ROWS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + NDJSON + "\r\n" + headers
                        + "\r\n\r\n" + firstBytes);
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\r';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static byte[] gzip(byte[] bytes, int times) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            for (int i = 0; i < times; i++) {
                out.write(bytes);
            }
        }
        return compressed.toByteArray();
    }

    @Test
    void five_hundred_clients_that_send_next_to_nothing_change_nothing_for_others() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                slow.add(begin(
                        i % 2 == 0 ? "Content-Length: 100000" : "Transfer-Encoding: chunked", i % 2 == 0 ? "{" : ""));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
                assertThat(post(NDJSON, "{\"id\": " + i + "}").statusCode()).isEqualTo(200);
                for (int k = 10 * i; k < 10 * i + 10; k++) {
                    RunningServer.send(slow.get(k), k % 2 == 0 ? " " : "1\r\n \r\n");
                }
            }
            assertThat(count()).isEqualTo(50);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 11", "Transfer-Encoding: chunked"})
    void a_body_that_comes_byte_by_byte_is_written_as_a_whole(String length) throws IOException {
        try (Socket socket = begin(length, "")) {
            for (char part : "{\"id\": 12}\n".toCharArray()) {
                assertThat(count()).isZero();
                RunningServer.send(socket, length.startsWith("C") ? String.valueOf(part) : "1\r\n" + part + "\r\n");
            }
            if (!length.startsWith("C")) {
                RunningServer.send(socket, "0\r\n\r\n");
            }
            assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(server.lake().query("SELECT id FROM t").as(Long.class).list())
                .containsExactly(12L);
    }

    @Test
    void a_body_that_comes_too_slowly_is_given_up() throws IOException {
        try (Socket socket = begin("Content-Length: 100000", "{")) {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                RunningServer.send(socket, " ");
                return socket.getInputStream().available() > 0;
            });
            assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 408 Request Timeout");
        }
        assertThat(count()).isZero();
    }

    @Test
    void a_client_that_goes_away_within_its_body_leaves_nothing() throws IOException {
        try (Socket socket = begin("Content-Length: 5000000", "{\"id\": 1}\n".repeat(200_000))) {
            Awaitility.await().until(() -> spill.toFile().list().length == 1);
            socket.shutdownOutput();
            assertThat(firstLine(socket)).isIn("HTTP/1.1 400 Bad Request", "");
        }
        Awaitility.await().until(() -> spill.toFile().list().length == 0);
        assertThat(count()).isZero();
    }

    @Test
    void bodies_come_compressed_too() throws IOException {
        byte[] rows = "{\"id\": 1}\n".getBytes(StandardCharsets.UTF_8);

        assertThat(post(NDJSON, gzip(rows, 3), "Content-Encoding", "gzip").statusCode())
                .isEqualTo(200);
        HttpResponse<String> many = post(NDJSON, gzip(rows, 200_000), "Content-Encoding", "GZIP");

        assertThat(many.statusCode()).as(many.body()).isEqualTo(200);
        assertThat(count()).isEqualTo(200_003);
        assertThat(spill).isEmptyDirectory();
    }

    @Test
    void a_small_body_that_would_become_a_huge_one_is_refused() throws IOException {
        byte[] bomb = gzip(new byte[1 << 20], 1025);

        assertThat(bomb.length).isLessThan(2 << 20);
        assertNothingWritten(post(NDJSON, bomb, "Content-Encoding", "gzip"), 413, "the body is larger than the");
    }

    @Test
    void a_body_that_is_not_encoded_as_it_says_is_refused() throws IOException {
        byte[] rows = "{\"id\": 1}\n".getBytes(StandardCharsets.UTF_8);
        byte[] compressed = gzip(rows, 1000);

        assertNothingWritten(post(NDJSON, rows, "Content-Encoding", "gzip"), 400, "Content-Encoding");
        assertNothingWritten(
                post(NDJSON, Arrays.copyOf(compressed, compressed.length / 2), "Content-Encoding", "gzip"),
                400,
                "Content-Encoding");
        HttpResponse<String> brotli = post(NDJSON, rows, "Content-Encoding", "br");
        assertNothingWritten(brotli, 415, "Content-Encoding gzip");
        assertThat(brotli.headers().firstValue("Accept-Encoding")).hasValue("gzip");
    }

    @ParameterizedTest
    @CsvSource({"doc, [, ]", "unknown, [, ]", "doc, '{\"a\": ', }", "unknown, '{\"a\": ', }"})
    void rows_nested_half_a_million_levels_deep_do_not_end_the_process(String column, String open, String close) {
        String deep = open.repeat(500_000) + "1" + close.repeat(500_000);

        assertNothingWritten(
                post(NDJSON, "{\"id\": 1}\n{\"id\": 1, \"" + column + "\": " + deep + "}\n"), 422, "500 levels");
        assertNothingWritten(
                post("application/json", "[{\"id\": 1, \"" + column + "\": " + deep + "}]"), 422, "500 levels");
        assertNothingWritten(
                post(NDJSON, "{\"id\": \"\n{\"id\": 1, \"" + column + "\": " + deep + "}\n"), 422, "500 levels");
    }

    @Test
    void rows_nested_as_deeply_as_may_be_are_written() {
        String deep = "[".repeat(499) + "]".repeat(499);

        HttpResponse<String> answer = post(NDJSON, ("{\"id\": 1, \"doc\": " + deep + "}\n").repeat(2));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(server.lake()
                        .query("SELECT doc FROM t LIMIT 1")
                        .as(String.class)
                        .one())
                .isEqualTo(deep);
    }

    @Test
    void a_version_of_http_that_is_not_spoken_was_called_an_internal_error() throws IOException {
        try (Socket socket = server.connect()) {
            RunningServer.send(socket, "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n");

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 505 ")
                    .contains("this server speaks HTTP/1.1")
                    .doesNotContain("Internal error");
        }
    }
}
