package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests with more in them than one may have: the client learns so, whenever it looks for the answer. */
class TooLargeBodiesTest {

    private static final String REFUSED = "HTTP/1.1 413";
    private static final String STATEMENT = "{\"sql\": \"" + "x".repeat(4 << 20) + "\"}";

    @TempDir
    private static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void serve() {
        server = RunningServer.ready(directory, Map.of());
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(REFUSED.length()), StandardCharsets.US_ASCII);
    }

    private static String head(String headers) {
        return "POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                + "\r\n\r\n";
    }

    @Test
    void a_client_that_sends_all_before_it_reads_lost_the_answer_with_its_connection() throws IOException {
        try (Socket socket = server.connect()) {
            RunningServer.send(socket, head("Content-Length: " + STATEMENT.length()) + STATEMENT);

            assertThat(answer(socket)).isEqualTo(REFUSED);
        }
    }

    @Test
    void a_body_of_unknown_length_is_refused_when_too_much_of_it_has_come() throws IOException {
        try (Socket socket = server.connect()) {
            String chunk = Integer.toHexString(STATEMENT.length()) + "\r\n" + STATEMENT + "\r\n0\r\n\r\n";
            RunningServer.send(socket, head("Transfer-Encoding: chunked") + chunk);

            assertThat(answer(socket)).isEqualTo(REFUSED);
        }
    }

    @Test
    void a_client_that_asks_first_need_not_send_the_body() throws IOException {
        try (Socket socket = server.connect()) {
            RunningServer.send(socket, head("Expect: 100-continue\r\nContent-Length: " + STATEMENT.length()));

            assertThat(answer(socket)).isEqualTo(REFUSED);
        }
    }
}
