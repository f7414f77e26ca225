package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of statements that are too much, take too long, fail late, or that nobody waits for. */
class QueryInterruptionsTest extends QueryRoutesFixture {

    @Test
    void more_rows_than_may_be_are_never_taken_for_a_whole_answer() {
        String large = "SELECT i FROM range(1000000) t(i)";
        for (String accept : List.of("application/json", "application/x-ndjson", "text/csv")) {
            assertThatThrownBy(() -> query(large, "Accept", accept))
                    .as(accept)
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(IOException.class);
        }
        String slow = "SELECT i, (SELECT sum(sin(j)) FROM range(60000000) s(j)) FROM range(1000000) t(i)";
        assertThatThrownBy(() -> query(slow)).isInstanceOf(IllegalStateException.class);
        assertProblem(query(large, "Accept", "application/vnd.apache.parquet"), 422, "more than 300000 rows");
        assertThatThrownBy(() -> query("SELECT repeat('x', 1000) FROM range(20000)"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> query("SELECT repeat('x', 9000000)")).isInstanceOf(IllegalStateException.class);
        String incompressible = "SELECT md5(i::VARCHAR) || md5((-i)::VARCHAR) FROM range(290000) t(i)";
        assertProblem(
                query(incompressible, "Accept", "application/vnd.apache.parquet"), 422, "larger than 8000000 bytes");
        assertNothingLeft();
    }

    @Test
    void an_error_among_later_rows_breaks_the_answer_off() {
        String sql = "SELECT i, (CASE WHEN i < 250000 THEN '1' ELSE 'x' END)::INTEGER FROM range(260000) t(i)";

        assertThatThrownBy(() -> query(sql)).isInstanceOf(IllegalStateException.class);
        assertProblem(query("SELECT 'secret value'::INTEGER"), 400, "");
        assertThat(query("SELECT 1").statusCode()).isEqualTo(200);
    }

    @Test
    void a_statement_whose_client_has_hung_up_is_cancelled() throws IOException {
        try (Socket socket = server.connect()) {
            sendQuery(socket, ENDLESS);
            Awaitility.await().until(() -> server.lake().statistics().runningCalls() > 0);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(8))
                .until(() -> server.lake().statistics().runningCalls() == 0);
    }

    @Test
    void connections_are_kept_behind_quick_answers_and_closed_behind_slow_ones() throws IOException {
        try (Socket socket = server.connect()) {
            assertThat(exchange(socket, "SELECT 1")).contains("200 OK").doesNotContain("Connection: close");
            assertThat(exchange(socket, "SELECT sum(sin(i)) FROM range(60000000) t(i)"))
                    .contains("200 OK")
                    .contains("Connection: close")
                    .contains("\"rowCount\":1");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static String exchange(Socket socket, String sql) throws IOException {
        sendQuery(socket, sql);
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\"rowCount\":1}") < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void more_statements_than_may_run_are_sent_away_for_a_moment() throws IOException {
        try (Socket one = server.connect();
                Socket two = server.connect()) {
            sendQuery(one, ENDLESS);
            sendQuery(two, ENDLESS);
            Awaitility.await().until(() -> server.lake().statistics().runningCalls() == 2);
            HttpResponse<String> answer = query("SELECT 1");
            assertProblem(answer, 503, "2 statements are under way already");
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        }
        Awaitility.await().until(() -> query("SELECT 1").statusCode() == 200);
    }

    @Test
    void a_statement_that_takes_too_long_is_a_problem_with_status_504(@TempDir Path other) {
        try (RunningServer impatient = RunningServer.ready(other, Map.of("QUERY_TIMEOUT", "0.5"))) {
            HttpResponse<String> answer = impatient.send(impatient
                    .request("/api/v1/query")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("sql", ENDLESS))))
                    .build());
            assertProblem(answer, 504, "did not end within");
        }
    }
}
