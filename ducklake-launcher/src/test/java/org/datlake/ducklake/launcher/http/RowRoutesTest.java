package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RowRoutesTest {

    private static final String NDJSON = "application/x-ndjson";
    private static final String JSON = "application/json";
    private static final String ROWS = "/api/v1/tables/main/t/rows";

    @TempDir
    private static Path directory;

    @TempDir
    private static Path spill;

    private static RunningServer server;

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

    private static HttpResponse<String> post(String type, String body, String... headers) {
        return server.post(ROWS, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static JsonNode written(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningServer.parse(answer.body());
    }

    private static JsonNode problem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain("CANARY").doesNotContain("datlake-body");
        assertThat(count()).isZero();
        return RunningServer.parse(answer.body());
    }

    private static long count() {
        return server.lake().query("SELECT count(*) FROM t").as(Long.class).one();
    }

    private static List<String> rows() {
        return server.lake()
                .query("SELECT concat_ws('|', id, name, amount, seen, state) FROM t ORDER BY id")
                .as(String.class)
                .list();
    }

    private static String large(int rows) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            body.append("{\"id\":").append(i).append(",\"name\":\"name of ").append(i);
            body.append("\",\"amount\":1.25,\"seen\":\"2024-01-02T03:04:05\",\"state\":\"x\"}\n");
        }
        return body.toString();
    }

    @Test
    void rows_of_every_format_are_written() throws IOException {
        Path parquet = directory.resolve("rows.parquet");
        server.lake()
                .useConnection(connection -> connection
                        .createStatement()
                        .execute("COPY (SELECT 4 AS id, 'd' AS name) TO '" + parquet + "' (FORMAT parquet)"));

        JsonNode first = written(post(
                NDJSON + "; charset=utf-8",
                "{\"id\":1,\"name\":\"a\",\"amount\":1.5,\"seen\":\"2024-01-02 03:04:05.5\",\"state\":\"x\"}\n"));
        JsonNode second = written(post("application/json", "[{\"id\":2,\"state\":null},{\"id\":20}]"));
        written(post("text/csv", "id,name\n3,c\n"));
        JsonNode last = written(server.post(ROWS, "application/vnd.apache.parquet", Files.readAllBytes(parquet)));

        assertThat(first.get("rows").asLong()).isEqualTo(1);
        assertThat(second.get("rows").asLong()).isEqualTo(2);
        assertThat(last.get("repeated").asBoolean()).isFalse();
        assertThat(last.get("snapshotId").asLong())
                .isEqualTo(server.lake().snapshots().size() - 1L);
        assertThat(rows()).containsExactly("1|a|1.50|2024-01-02 03:04:05.5|x", "2", "3|c|new", "4|d|new", "20");
        JsonNode operation =
                server.json("/api/v1/operations/" + last.get("operationId").asString());
        assertThat(operation.get("status").asString()).isEqualTo("COMMITTED");
        assertThat(operation.get("snapshotId")).isEqualTo(last.get("snapshotId"));
    }

    @Test
    void small_and_large_bodies_mean_the_same() {
        String odd = "{\"ID\":1,\"seen\":\"2024-01-02\",\"amount\":\"7\",\"name\":5}\n";
        written(post(NDJSON, odd));
        assertThat(rows()).containsExactly("1|5|7.00|2024-01-02 00:00:00|new");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_body_of_many_rows_is_one_snapshot_whether_chunked_or_not(boolean chunked) {
        byte[] body = large(50_000).getBytes(StandardCharsets.UTF_8);
        int before = server.lake().snapshots().size();

        HttpResponse<String> answer = server.send(server.request(ROWS)
                .header("Content-Type", NDJSON)
                .POST(
                        chunked
                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                : BodyPublishers.ofByteArray(body))
                .build());

        assertThat(written(answer).get("rows").asLong()).isEqualTo(50_000);
        assertThat(count()).isEqualTo(50_000);
        assertThat(server.lake().snapshots()).hasSize(before + 1);
        assertThat(spool()).isEmpty();
    }

    private static List<Path> spool() {
        try (Stream<Path> files = Files.list(spill)) {
            return files.filter(file -> file.getFileName().toString().startsWith("datlake-body"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void small_bodies_of_many_callers_are_committed_together() throws InterruptedException {
        int callers = 16;
        int each = 10;
        written(post(NDJSON, "{\"id\":0,\"state\":\"x\"}"));
        int before = server.lake().snapshots().size();
        ConcurrentLinkedQueue<String> operations = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    operations.add(written(post(NDJSON, "{\"id\":" + i + ",\"state\":\"x\"}"))
                            .get("operationId")
                            .asString());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(operations).hasSize(callers * each).doesNotHaveDuplicates();
        assertThat(count()).isEqualTo(callers * each + 1);
        assertThat(server.lake().snapshots()).hasSizeLessThan(before + callers * each);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30_000})
    void a_repeated_key_answers_the_first_outcome(int rows) {
        String body = large(rows);
        JsonNode first = written(post(NDJSON, body, "Idempotency-Key", "key " + rows));
        JsonNode second = written(post(NDJSON, body, "Idempotency-Key", "key " + rows));

        assertThat(first.get("repeated").asBoolean()).isFalse();
        assertThat(second.get("repeated").asBoolean()).isTrue();
        assertThat(second.get("operationId")).isEqualTo(first.get("operationId"));
        assertThat(second.get("snapshotId")).isEqualTo(first.get("snapshotId"));
        assertThat(count()).isEqualTo(rows);
    }

    @Test
    void a_key_of_another_table_is_another_key() {
        server.lake().execute("CREATE TABLE IF NOT EXISTS u (id BIGINT)");
        written(post(NDJSON, "{\"id\":1}", "Idempotency-Key", "shared"));

        HttpResponse<String> other = server.post(
                "/api/v1/tables/main/u/rows",
                NDJSON,
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8),
                "Idempotency-Key",
                "shared");

        assertThat(written(other).get("repeated").asBoolean()).isFalse();
    }

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

    @ParameterizedTest
    @MethodSource
    void rows_are_taken_however_they_are_laid_out(String type, String body) {
        written(post(type, body));

        assertThat(count()).isEqualTo(2);
    }

    static Stream<Arguments> rows_are_taken_however_they_are_laid_out() {
        String second = "{\"id\":2, \"name\": \"\\\"}] null, [\"}";
        return Stream.of(
                Arguments.of(NDJSON, "\n  \n{\"id\":1}\r\n\n" + second + "\r\n"),
                Arguments.of(NDJSON, "{\"id\":1,\"name\":null}\n" + second),
                Arguments.of(JSON, "[\n{\"id\":1},\n" + second + "\n]\n"),
                Arguments.of(JSON, "{\"id\":1} {\n\"id\":2}"),
                Arguments.of(JSON, "{\"id\":1}\n" + second));
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

    private static String head(String length) {
        return "POST " + ROWS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + NDJSON + "\r\n" + length
                + "\r\n\r\n";
    }

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
    void a_table_that_changes_is_noticed() {
        server.lake().execute("CREATE TABLE changing (id BIGINT, state VARCHAR DEFAULT 'new')");

        assertThat(change("{\"id\":1,\"state\":\"x\"}")).isEqualTo(200);
        server.lake().execute("ALTER TABLE changing ADD COLUMN more VARCHAR");
        assertThat(change("{\"id\":2,\"more\":\"m\"}")).isEqualTo(200);
        assertThat(change("{\"id\":3,\"more\":\"m\",\"state\":\"x\"}")).isEqualTo(200);
        server.lake().execute("ALTER TABLE changing DROP COLUMN more");
        assertThat(change("{\"id\":4,\"more\":\"m\",\"state\":\"x\"}")).isEqualTo(422);
        assertThat(change("{\"id\":5,\"state\":\"x\"}")).isEqualTo(200);

        assertThat(server.lake()
                        .query("SELECT id || state FROM changing ORDER BY id")
                        .as(String.class)
                        .list())
                .containsExactly("1x", "2new", "3x", "5x");
    }

    private static int change(String row) {
        return server.post("/api/v1/tables/main/changing/rows", NDJSON, row.getBytes(StandardCharsets.UTF_8))
                .statusCode();
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
