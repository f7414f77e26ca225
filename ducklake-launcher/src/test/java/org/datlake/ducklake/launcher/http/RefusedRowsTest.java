package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Rows that are not taken. */
class RefusedRowsTest extends RowRoutesFixture {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "application/x-ndjson; {\"id\":1}|{\"id\":\"CANARY\"}; 2; ; id",
                "application/x-ndjson; {\"id\":1}|{\"id\":2,\"name\":CANARY}; 2; ; ",
                "application/x-ndjson; {\"id\":1}|{\"id\":2,\"nmae\":\"CANARY\"}; ; 2; nmae",
                "application/x-ndjson; {\"id\":1}|{\"name\":\"CANARY\"}; ; 2; id",
                "application/x-ndjson; {\"id\":1}|{\"id\":2,\"name\":\"CANARY {SNAPSHOT_ID}\"}; ; 2; name",
                "application/json; [{\"id\":1},{\"id\":\"CANARY\"}]; ; 2; id",
                "text/csv; id,name|1,a|CANARY,b; 3; ; id",
                "text/csv; id,name|1,a|2,b,CANARY; 3; ; ",
                "application/vnd.apache.parquet; CANARY; ; ; ",
            })
    void rows_that_are_not_taken_are_named_and_nothing_is_written(
            String type, String body, Long line, Long row, String column) {
        JsonNode problem = problem(post(type, body.replace('|', '\n')), 422);

        assertThat(problem.get("errors")).hasSize(1);
        JsonNode error = problem.get("errors").get(0);
        assertThat(error.has("line") ? error.get("line").asLong() : null).isEqualTo(line);
        assertThat(error.has("row") ? error.get("row").asLong() : null).isEqualTo(row);
        assertThat(error.has("column") ? error.get("column").asString() : null).isEqualTo(column);
        assertThat(error.get("reason").asString()).isNotBlank();
        assertThat(spool()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "application/x-ndjson; null; 1; ",
                "application/x-ndjson; {\"id\":1}||  null; 3; ",
                "application/x-ndjson; {\"id\":1} null; 1; ",
                "application/x-ndjson; 7; 1; ",
                "application/x-ndjson; {\"id\":1}|\"CANARY\"; 2; ",
                "application/x-ndjson; [{\"id\":1}]; 1; ",
                "application/json; null; ; 1",
                "application/json; [null]; ; 1",
                "application/json; [|{\"id\":1},|null]; ; 2",
                "application/json; {\"id\":1}|null; ; 2",
                "application/json; [{\"id\":1}, true]; ; 2",
                "application/json; [[{\"id\":1}]]; ; 1",
                "application/json; \"CANARY\"; ; 1",
            })
    void rows_that_are_no_objects_were_written_as_rows_of_nulls(String type, String body, Long line, Long row) {
        server.lake().execute("CREATE TABLE IF NOT EXISTS loose (id BIGINT)");

        HttpResponse<String> answer = server.post(
                "/api/v1/tables/main/loose/rows", type, body.replace('|', '\n').getBytes(StandardCharsets.UTF_8));

        JsonNode error = problem(answer, 422).get("errors").get(0);
        assertThat(error.has("line") ? error.get("line").asLong() : null).isEqualTo(line);
        assertThat(error.has("row") ? error.get("row").asLong() : null).isEqualTo(row);
        assertThat(error.get("reason").asString()).isEqualTo("this is no JSON object");
        assertThat(server.lake()
                        .query("SELECT count(*) FROM loose")
                        .as(Long.class)
                        .one())
                .isZero();
    }

    @Test
    void a_column_that_a_csv_should_not_have_is_named() {
        JsonNode problem = problem(post("text/csv", "id,nmae\n1,CANARY\n"), 422);

        assertThat(problem.get("errors").get(0).get("reason").asString()).contains("\"nmae\"");
    }

    @Test
    void an_unknown_table_or_media_type_or_a_bad_key_is_refused() {
        byte[] row = "{\"id\":1}".getBytes(StandardCharsets.UTF_8);

        problem(server.post("/api/v1/tables/main/nothing/rows", NDJSON, row), 404);
        problem(server.post("/api/v1/tables/nowhere/t/rows", NDJSON, row), 404);
        problem(server.post("/api/v1/tables/main/nothing/rows", "text/csv", row), 404);
        assertThat(problem(post("application/vnd.apache.arrow.stream", "x"), 415)
                        .get("detail")
                        .asString())
                .contains("application/x-ndjson", "application/json", "text/csv", "application/vnd.apache.parquet");
        problem(post("text/plain", "x"), 415);
        problem(post(NDJSON, "{\"id\":1}", "Idempotency-Key", " "), 400);
        problem(post(NDJSON, "{\"id\":1}", "Idempotency-Key", "x".repeat(256)), 400);
        problem(
                server.send(server.request(ROWS)
                        .POST(BodyPublishers.ofString("{\"id\":1}"))
                        .build()),
                415);
        problem(server.get("/api/v1/operations/nonsense"), 400);
        assertThat(server.json("/api/v1/operations/" + OperationId.random())
                        .get("status")
                        .asString())
                .isEqualTo("NOT_COMMITTED");
    }

    @Test
    void a_body_that_is_too_large_is_refused() throws IOException {
        try (Socket socket = server.connect()) {
            RunningServer.send(socket, head("Content-Length: " + (RowRoutes.MOST_BYTES + 1)));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void only_writers_may_write(@TempDir Path other) {
        Map<String, String> tokens =
                Map.of("AUTH_READER_TOKENS", "r", "AUTH_WRITER_TOKENS", "w", "AUTH_OPERATOR_TOKENS", "o");
        try (RunningServer guarded = RunningServer.ready(other, tokens)) {
            guarded.lake().execute("CREATE TABLE t (id BIGINT)");
            TreeSet<String> found = new TreeSet<>();
            for (String token : new String[] {"r", "w", "o", "x"}) {
                HttpResponse<String> answer =
                        guarded.send(guarded.request(ROWS, "Authorization", "Bearer " + token, "Content-Type", NDJSON)
                                .POST(BodyPublishers.ofString("{\"id\":1}"))
                                .build());
                found.add(token + " " + answer.statusCode());
            }
            assertThat(found).containsExactly("o 403", "r 403", "w 200", "x 401");
        }
    }
}
