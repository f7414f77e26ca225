package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TableRoutesTest {

    private static RunningServer server;

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = RunningServer.ready(directory, Map.of());
        server.lake().execute("CREATE TABLE events (id INTEGER NOT NULL, payload VARCHAR)");
        server.lake().useTransaction(transaction -> {
            transaction.describe("tester", "first rows");
            transaction.execute("INSERT INTO events VALUES (1, 'row value 8181'), (2, NULL)");
        });
        server.lake().execute("CREATE SCHEMA \"odd schema\"");
        server.lake().execute("CREATE TABLE \"odd schema\".\"Größe/x\" (v DOUBLE)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void all_tables_are_listed_without_their_rows() {
        HttpResponse<String> answer = server.get("/api/v1/tables");
        JsonNode tables = RunningServer.parse(answer.body()).get("tables");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(tables).hasSize(2);
        assertThat(tables.get(0).get("schema").asString()).isEqualTo("main");
        assertThat(tables.get(0).get("name").asString()).isEqualTo("events");
        assertThat(answer.body()).doesNotContain("row value 8181");
    }

    @Test
    void one_table_is_described() {
        JsonNode table = server.json("/api/v1/tables/main/events");

        assertThat(table.get("inlinedRows").asLong()).isEqualTo(2);
        assertThat(table.get("rows").asLong()).isEqualTo(2);
        assertThat(table.get("partitionedBy")).isEmpty();
        assertThat(table.get("sortedBy")).isEmpty();
        assertThat(table.get("columns")).hasSize(2);
        assertThat(table.get("columns").get(0).get("name").asString()).isEqualTo("id");
        assertThat(table.get("columns").get(0).get("nullable").asBoolean()).isFalse();
        assertThat(table.get("columns").get(1).get("type").asString()).isEqualTo("VARCHAR");
    }

    @Test
    void names_may_hold_spaces_letters_and_slashes_when_they_are_encoded() {
        HttpResponse<String> answer = server.get("/api/v1/tables/odd%20schema/Gr%C3%B6%C3%9Fe%2Fx");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(RunningServer.parse(answer.body()).get("name").asString()).isEqualTo("Größe/x");
    }

    @Test
    void snapshots_say_who_and_why() {
        JsonNode snapshots = server.json("/api/v1/snapshots").get("snapshots");

        assertThat(snapshots.get(0).get("id").asLong()).isZero();
        JsonNode inserted = snapshots.get(2);
        assertThat(inserted.get("author").asString()).isEqualTo("tester");
        assertThat(inserted.get("message").asString()).isEqualTo("first rows");
        assertThat(Instant.parse(inserted.get("time").asString())).isBefore(Instant.now());
    }

    @Test
    void snapshots_come_in_pages() {
        JsonNode first = server.json("/api/v1/snapshots?limit=2");
        JsonNode second = server.json(
                "/api/v1/snapshots?limit=2&after=" + first.get("next").asLong());

        assertThat(first.get("snapshots")).hasSize(2);
        assertThat(first.get("next").asLong()).isEqualTo(1);
        assertThat(second.get("snapshots").get(0).get("id").asLong()).isEqualTo(2);
        assertThat(server.json("/api/v1/snapshots").get("next").isNull()).isTrue();
        assertProblem(server.get("/api/v1/snapshots?limit=many"), 400);
        assertProblem(server.get("/api/v1/snapshots?limit=1001"), 400);
        assertProblem(server.get("/api/v1/snapshots?limit=0"), 400);
        assertProblem(server.get("/api/v1/snapshots?after=-1"), 400);
    }

    @Test
    void an_unknown_table_is_a_problem_with_status_404() {
        HttpResponse<String> answer = server.get("/api/v1/tables/main/nothing", "X-Request-Id", "abc-1");

        assertProblem(answer, 404);
        JsonNode problem = RunningServer.parse(answer.body());
        assertThat(problem.get("type").asString()).isEqualTo("urn:datlake:problem:not-found");
        assertThat(problem.get("detail").asString()).contains("no table");
        assertThat(problem.get("instance").asString()).isEqualTo("urn:datlake:request:abc-1");
    }

    @Test
    void an_unknown_path_is_a_problem_with_status_404() {
        assertProblem(server.get("/api/v1/nothing"), 404);
        assertProblem(server.get("/"), 404);
    }

    @Test
    void another_method_is_a_problem_with_status_405_that_names_the_allowed_ones() {
        HttpResponse<String> answer =
                server.send(server.request("/api/v1/tables").DELETE().build());

        assertProblem(answer, 405);
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET");
    }

    @Test
    void another_method_was_not_told_the_allowed_ones_where_html_is_taken() {
        HttpResponse<String> answer = server.send(
                server.request("/api/v1/tables", "Accept", "text/html").DELETE().build());

        assertProblem(answer, 405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
    }

    @Test
    void requests_that_are_no_proper_http_are_problems_too() {
        HttpResponse<String> malformed = server.get("/api/v1/tables/main/%FF", "X-Request-Id", "abc-2");
        HttpResponse<String> large = server.get("/api/v1/tables", "X-Large", "x".repeat(20_000));

        assertProblem(malformed, 400);
        assertThat(malformed.headers().firstValue("X-Request-Id")).hasValue("abc-2");
        assertThat(malformed.body()).doesNotContain("%FF");
        assertProblem(large, 431);
    }

    @Test
    void a_sensible_request_id_is_echoed_and_any_other_replaced() {
        assertThat(requestId(server.get("/api/v1/tables", "X-Request-Id", "Order_7.a-b")))
                .isEqualTo("Order_7.a-b");
        for (String evil : new String[] {"two words", "<script>", "x".repeat(65), "a\"b", "%0d%0aSet-Cookie"}) {
            assertThat(requestId(server.get("/api/v1/tables", "X-Request-Id", evil)))
                    .as(evil)
                    .matches("[0-9a-f-]{36}");
        }
        assertThat(requestId(server.get("/health"))).matches("[0-9a-f-]{36}");
        assertThat(requestId(server.get("/health"))).isNotEqualTo(requestId(server.get("/health")));
    }

    private static String requestId(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Request-Id").orElse("");
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        JsonNode problem = RunningServer.parse(answer.body());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asString()).isNotBlank();
        assertThat(problem.get("detail").asString()).isNotBlank();
    }
}
