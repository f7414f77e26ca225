package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements may be asked with, and which are refused. */
class QueryRoutesTest extends QueryRoutesFixture {

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

    @Test
    void a_limit_is_kept_to() {
        assertThat(rows(Map.of("sql", "SELECT id FROM duck ORDER BY id DESC", "limit", 1)))
                .isEqualTo("[[3]]");
        assertThat(rows(Map.of("sql", "SELECT id FROM duck", "limit", 0))).isEqualTo("[]");
        assertThat(rows(Map.of("sql", "SELECT i FROM range(1000000000000) t(i)", "limit", 2)))
                .isEqualTo("[[0],[1]]");
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
}
