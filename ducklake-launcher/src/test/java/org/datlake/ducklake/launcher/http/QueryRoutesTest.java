package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QueryRoutesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

    @TempDir
    private static Path directory;

    @TempDir
    private static Path spill;

    private static RunningServer server;

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

    private static HttpRequest request(Map<String, ?> body, String... headers) {
        return server.request("/api/v1/query", headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    private static HttpResponse<String> query(String sql, String... headers) {
        return server.send(request(Map.of("sql", sql), headers));
    }

    private static HttpResponse<String> post(String body) {
        return server.send(server.request("/api/v1/query")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void rows_come_as_json_with_their_columns_and_snapshot() {
        HttpResponse<String> answer = query("SELECT id, name FROM duck ORDER BY id");

        JsonNode json = RunningServer.parse(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(json.get("columns").toString())
                .isEqualTo("[{\"name\":\"id\",\"type\":\"INTEGER\"},{\"name\":\"name\",\"type\":\"VARCHAR\"}]");
        assertThat(json.get("rows").toString()).isEqualTo("[[1,\"Ann, \\\"the\\\" duck\"],[2,null],[3,\"\"]]");
        assertThat(json.get("rowCount").asLong()).isEqualTo(3);
        assertThat(json.get("snapshotId").asLong())
                .isEqualTo(server.lake().info().snapshotId());
        assertThat(answer.headers().firstValue("Datlake-Snapshot-Id"))
                .hasValue(json.get("snapshotId").asString());
    }

    @Test
    void values_keep_all_their_digits_and_meaning() {
        String sql = "SELECT 12345678901234567890123456789::HUGEINT, 0.10::DECIMAL(10,2), 1e300, 'NaN'::DOUBLE, true, "
                + "DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00', TIMESTAMPTZ '2024-01-01 10:00:00+02', "
                + "'\\xAB\\x01'::BLOB, [1, NULL], {'a': 1, 'b': ['x']}, MAP {'k': 1.5}, 9007199254740993, "
                + "'0f0e0d0c-0000-4000-8000-000000000001'::UUID, INTERVAL 3 DAY";

        assertThat(query(sql).body())
                .contains("\"rows\":[[12345678901234567890123456789,0.10,1.0E300,\"NaN\",true,\"2024-02-29\","
                        + "\"2024-01-01T10:00:00\",\"2024-01-01T08:00:00Z\",\"qwE=\",[1,null],{\"a\":1,\"b\":[\"x\"]},"
                        + "{\"k\":1.5},9007199254740993,\"0f0e0d0c-0000-4000-8000-000000000001\",\"3 days\"]]");
    }

    @Test
    void rows_come_as_ndjson() {
        HttpResponse<String> answer = query("SELECT id, name FROM duck ORDER BY id", "Accept", "application/x-ndjson");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"id\":1,\"name\":\"Ann, \\\"the\\\" duck\"}\n{\"id\":2,\"name\":null}\n{\"id\":3,\"name\":\"\"}\n");
    }

    @Test
    void rows_come_as_csv_with_a_header_even_when_there_are_none() {
        HttpResponse<String> answer = query("SELECT id, name, [id] AS l FROM duck ORDER BY id", "Accept", "text/csv");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8; header=present");
        assertThat(answer.body()).isEqualTo("id,name,l\r\n1,\"Ann, \"\"the\"\" duck\",[1]\r\n2,,[2]\r\n3,\"\",[3]\r\n");
        assertThat(query("SELECT id FROM duck WHERE false", "Accept", "text/csv")
                        .body())
                .isEqualTo("id\r\n");
    }

    @Test
    void rows_come_as_a_parquet_file_and_nothing_is_left_behind() throws IOException {
        HttpResponse<byte[]> answer = server.send(
                request(Map.of("sql", "SELECT * FROM duck"), "Accept", "application/vnd.apache.parquet"),
                BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.apache.parquet");
        assertThat(answer.headers().firstValue("Content-Length")).hasValue(String.valueOf(answer.body().length));
        Path file = directory.resolve("answer.parquet");
        Files.write(file, answer.body());
        assertThat(server.lake()
                        .query("SELECT count(*) FROM read_parquet(?)", file.toString())
                        .as(Long.class)
                        .one())
                .isEqualTo(3);
        assertNothingLeft();
    }

    /** The last byte arrives before the file is deleted. */
    private static void assertNothingLeft() {
        Awaitility.await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(spill)) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("datlake-answer")))
                        .isEmpty();
            }
        });
    }

    @Test
    void parameters_are_bound() {
        HttpResponse<String> answer = server.send(request(Map.of(
                "sql",
                "SELECT id, ?::VARCHAR, ? + 1, ?, typeof(?) FROM duck WHERE id = ?",
                "parameters",
                List.of("x' OR 1=1 --", 41, true, 0.5, 2))));

        assertThat(RunningServer.parse(answer.body()).get("rows").toString())
                .isEqualTo("[[2,\"x' OR 1=1 --\",42,true,\"DECIMAL(1,1)\"]]");
    }

    @Test
    void the_lake_is_read_as_it_was_at_a_snapshot_or_time() {
        server.lake().execute("CREATE TABLE moving (v INTEGER)");
        server.lake().execute("INSERT INTO moving VALUES (1)");
        long before = server.lake().info().snapshotId();
        Instant then = server.lake().snapshots().stream()
                .filter(snapshot -> snapshot.id() == before)
                .findFirst()
                .orElseThrow()
                .time();
        server.lake().execute("UPDATE moving SET v = 2");
        String sql = "SELECT v FROM moving";

        assertThat(rows(Map.of("sql", sql))).isEqualTo("[[2]]");
        assertThat(rows(Map.of("sql", sql, "at", before))).isEqualTo("[[1]]");
        assertThat(rows(Map.of("sql", sql, "at", then.toString()))).isEqualTo("[[1]]");
        assertProblem(server.send(request(Map.of("sql", sql, "at", 999_999))), 404, "no snapshot 999999");
        assertProblem(server.send(request(Map.of("sql", sql, "at", "yesterday"))), 422, "'at' is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000000000000000000000000000",
                "-1000000000000000000000000000000",
                "9223372036854775808",
                "-9223372036854775809",
                "-1",
                "1.5",
                "\"+999999999-12-31T23:59:59Z\"",
                "\"-0001-12-31T23:59:59Z\""
            })
    void a_snapshot_that_cannot_be_was_answered_with_the_newest_one(String at) {
        assertProblem(
                post("{\"sql\": \"SELECT 1\", \"at\": " + at + "}"),
                422,
                "'at' is the id of a snapshot, from 0 to 9223372036854775807, or a time");
    }

    @Test
    void a_snapshot_that_is_not_there_is_not_found_up_to_the_largest_id() {
        assertProblem(
                post("{\"sql\": \"SELECT 1\", \"at\": 9223372036854775807}"), 404, "no snapshot 9223372036854775807");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"at\": \"0000-01-01T00:00:00Z\"}"), 404, "no snapshot");
        assertThat(post("{\"sql\": \"SELECT 1\", \"at\": \"9999-12-31T23:59:59-18:00\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void numbers_with_more_digits_than_a_decimal_were_bound_as_null() {
        assertThat(parameter("0.1234567890123456789012345678901234567890123456789"))
                .isEqualTo("[0.12345678901234568,\"DOUBLE\"]");
        assertThat(parameter("1e-1000000")).isEqualTo("[0.0,\"DOUBLE\"]");
        assertThat(parameter("1e-38")).endsWith("\"DECIMAL(38,38)\"]");
    }

    @Test
    void numbers_with_an_exponent_were_an_error_of_the_driver() {
        assertThat(parameter("1e5")).isEqualTo("[100000,\"DECIMAL(6,0)\"]");
        assertThat(parameter("-1.5e300")).isEqualTo("[-1.5E300,\"DOUBLE\"]");
        assertThat(parameter("170141183460469231731687303715884105727")).endsWith("\"HUGEINT\"]");
        for (String number : List.of("1e400", "-1e1000000000", "1" + "0".repeat(39))) {
            assertProblem(post("{\"sql\": \"SELECT ?\", \"parameters\": [" + number + "]}"), 422, "a parameter is a");
        }
    }

    private static String parameter(String number) {
        HttpResponse<String> answer =
                post("{\"sql\": \"SELECT ?, typeof(?)\", \"parameters\": [" + number + ", " + number + "]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningServer.parse(answer.body()).get("rows").get(0).toString();
    }

    private static String rows(Map<String, ?> body) {
        return RunningServer.parse(server.send(request(body)).body())
                .get("rows")
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "text/csv", "application/vnd.apache.parquet"})
    void what_is_not_harmless_is_refused_in_every_format(String accept) {
        HttpResponse<String> answer = query("SELECT * FROM read_text('/etc/passwd')", "Accept", accept);

        assertProblem(answer, 422, "refused: the table function read_text");
        assertThat(RunningServer.parse(answer.body()).get("title").asString()).isEqualTo("Statement refused");
        assertThat(RunningServer.parse(answer.body()).get("retryable").asBoolean())
                .isFalse();
    }

    @Test
    void errors_come_with_their_own_status() {
        assertProblem(query("SELEC 1"), 400, "no SQL");
        assertProblem(query("SELECT nothing FROM duck"), 400, "");
        assertProblem(query("SELECT 1", "Accept", "text/html"), 406, "application/json");
        assertProblem(query("SELECT 1", "Accept", "application/json;q=0"), 406, "text/csv");
        assertProblem(post("{"), 400, "no JSON");
        assertProblem(post("[]"), 422, "object");
        assertProblem(post("{}"), 422, "'sql'");
        assertProblem(post("{\"sql\": 1}"), 422, "'sql'");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"sqll\": 1}"), 422, "something else");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"sql\": \"SELECT 2\"}"), 400, "no JSON");
        assertProblem(post("{\"sql\": \"SELECT ?\", \"parameters\": [[1]]}"), 422, "parameter");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"limit\": -1}"), 422, "'limit'");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"limit\": 1.5}"), 422, "'limit'");
        assertProblem(post("{\"sql\": \"SELECT 1\", \"limit\": 9223372036854775808}"), 422, "to 9223372036854775807");
        assertProblem(post("{\"sql\": " + "[".repeat(50) + "]".repeat(50) + "}"), 400, "no JSON");
        assertProblem(post("{\"sql\": \"" + "x".repeat(1 << 20) + "\"}"), 413, "");
        assertProblem(
                server.send(server.request("/api/v1/query")
                        .POST(BodyPublishers.ofString("SELECT 1"))
                        .build()),
                415,
                "application/json");
        assertProblem(server.get("/api/v1/query"), 405, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | application/json",
                "text/* | text/csv",
                "text/csv;q=0.5, application/x-ndjson | application/x-ndjson",
                "application/json;q=0.1, text/csv;q=0.2 | text/csv",
                "text/html, */*;q=0.1 | application/json"
            })
    void the_format_that_is_liked_most_is_chosen(String accept, String type) {
        assertThat(query("SELECT 1", "Accept", accept).headers().firstValue("Content-Type"))
                .hasValueSatisfying(found -> assertThat(found).startsWith(type));
    }

    @Test
    void a_limit_is_kept_to() {
        assertThat(rows(Map.of("sql", "SELECT id FROM duck ORDER BY id DESC", "limit", 1)))
                .isEqualTo("[[3]]");
        assertThat(rows(Map.of("sql", "SELECT id FROM duck", "limit", 0))).isEqualTo("[]");
        assertThat(rows(Map.of("sql", "SELECT i FROM range(1000000000000) t(i)", "limit", 2)))
                .isEqualTo("[[0],[1]]");
    }

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

    private static void sendQuery(Socket socket, String sql) throws IOException {
        String body = JSON.writeValueAsString(Map.of("sql", sql));
        RunningServer.send(
                socket,
                "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
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

    @Test
    void the_path_is_not_there_when_it_is_switched_off(@TempDir Path other) {
        try (RunningServer closed = RunningServer.start(other, Map.of("FEATURE_ENABLE_QUERY_API", "false"))) {
            HttpResponse<String> answer = closed.send(closed.request("/api/v1/query")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"sql\": \"SELECT 1\"}"))
                    .build());
            assertProblem(answer, 404, "");
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = RunningServer.parse(answer.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail).doesNotContain("secret value");
    }
}
