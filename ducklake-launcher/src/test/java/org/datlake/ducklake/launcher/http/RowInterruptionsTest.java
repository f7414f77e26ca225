package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of rows whose sender goes away, or whose lake is not there. */
class RowInterruptionsTest extends RowRoutesFixture {

    @ParameterizedTest
    @ValueSource(ints = {10, 40_000})
    void a_caller_that_goes_away_in_the_middle_leaves_nothing(int rows) throws IOException {
        String body = large(rows);
        int before = server.lake().snapshots().size();
        try (Socket socket = server.connect()) {
            RunningServer.send(socket, head("Content-Length: " + (body.length() + 100)) + body);
        }
        try (Socket socket = server.connect()) {
            String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
            RunningServer.send(socket, head("Transfer-Encoding: chunked") + chunk);
        }

        written(post(NDJSON, "{\"id\":1,\"state\":\"last\"}"));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> spool().isEmpty());
        assertThat(rows()).containsExactly("1|last");
        assertThat(server.lake().snapshots()).hasSize(before + 1);
    }

    @Test
    void an_unknown_outcome_is_a_problem_that_says_what_to_ask_for() {
        OperationId id = OperationId.random();
        Problem problem = Problems.of(new CommitOutcomeUnknownException("it is not known", id, null), "request");

        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.operationId()).isEqualTo(id.toString());
    }

    @Test
    void a_lake_that_is_not_there_answers_503_and_when_to_come_again(@TempDir Path other) {
        Map<String, String> nowhere = Map.of(
                "DB_POSTGRES_HOST", "127.0.0.1",
                "DB_POSTGRES_PORT", Integer.toString(RunningServer.freePort()),
                "DB_POSTGRES_USER", "nobody",
                "DB_POSTGRES_PASSWORD", "nothing",
                "DB_DUCKLAKE_CONNECTION_TIMEOUT", "1");
        try (RunningServer down = RunningServer.start(other, nowhere)) {
            HttpResponse<String> answer = down.send(down.request(ROWS)
                    .header("Content-Type", NDJSON)
                    .POST(BodyPublishers.ofString("{\"id\":1}"))
                    .build());

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }
}
