package org.datlake.ducklake.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.examples.spring.Caller.array;
import static org.datlake.ducklake.examples.spring.Caller.json;
import static org.datlake.ducklake.examples.spring.Caller.measurement;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

// Closed after the class, because the lake's directory goes then.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class MeasurementsApplicationTest {

    @TempDir
    private static Path directory;

    private Caller caller;

    @DynamicPropertySource
    static void lake(DynamicPropertyRegistry properties) {
        properties.add("DB_DUCKLAKE_PATH", directory::toString);
    }

    @BeforeEach
    void call(@Autowired Environment environment) {
        caller = new Caller(environment);
    }

    @Test
    void what_is_written_is_read_newest_first() {
        JsonNode written = written("roof-1", measurement("roof", 8, 21.5), measurement("roof", 9, 22));

        assertThat(written.get("snapshotId").asLong()).isPositive();
        assertThat(written.get("operationId").asString()).hasSize(36);
        assertThat(written.get("repeated").asBoolean()).isFalse();
        assertThat(read("sensor=roof").toString())
                .isEqualTo(array(measurement("roof", 9, 22), measurement("roof", 8, 21.5)));
        assertThat(read("sensor=roof&limit=1").toString()).isEqualTo(array(measurement("roof", 9, 22)));
    }

    @Test
    void a_repeated_key_writes_once_and_is_answered_the_same_snapshot() {
        JsonNode first = written("cellar-1", measurement("cellar", 8, 12));
        JsonNode second = written("cellar-1", measurement("cellar", 8, 12));

        assertThat(second.get("repeated").asBoolean()).isTrue();
        assertThat(second.get("snapshotId")).isEqualTo(first.get("snapshotId"));
        assertThat(second.get("operationId")).isEqualTo(first.get("operationId"));
        assertThat(read("sensor=cellar")).hasSize(1);
    }

    @Test
    void the_table_is_read_as_it_was_at_a_snapshot() {
        JsonNode first = written("attic-1", measurement("attic", 8, 30));
        JsonNode second = written("attic-2", measurement("attic", 9, 31));

        assertThat(read("sensor=attic&at=" + first.get("snapshotId")).toString())
                .isEqualTo(array(measurement("attic", 8, 30)));
        assertThat(read("sensor=attic&at=" + second.get("snapshotId"))).hasSize(2);
        assertThat(read("sensor=attic")).hasSize(2);
    }

    @Test
    void a_snapshot_that_is_not_there_or_is_older_than_the_table_is_not_found() {
        for (String at : List.of("999999", "-1", "0")) {
            assertProblem(caller.get("/measurements?sensor=roof&at=" + at), 404, "there is no such snapshot");
        }
    }

    @Test
    void a_wrong_request_is_told_what_is_wrong_with_it() {
        String right = array(measurement("roof", 8, 1));

        assertProblem(caller.post(null, right), 400, "'Idempotency-Key'");
        assertProblem(caller.post("", right), 400, "Idempotency-Key");
        assertProblem(caller.post("k", "[]"), 400, "1 to 10000 measurements");
        assertProblem(caller.post("k", "[null]"), 400, "null");
        for (String body : List.of(
                "",
                "{}",
                "[{\"sensor\":\"roof\",\"celsius\":1}]",
                "[{\"sensor\":null,\"takenAt\":\"2026-01-01T08:00:00Z\",\"celsius\":1}]",
                "[{\"sensor\":\"roof\",\"takenAt\":\"yesterday\",\"celsius\":1}]",
                "[{\"sensor\":\"roof\",\"takenAt\":\"2026-01-01T08:00:00Z\",\"celsius\":1,\"kelvin\":1}]")) {
            assertProblem(caller.post("k", body), 400, "sensor, takenAt and celsius");
        }
        assertProblem(caller.get("/measurements"), 400, "'sensor'");
        assertProblem(caller.get("/measurements?sensor=roof&limit=0"), 400, "limit");
        assertProblem(caller.get("/measurements?sensor=roof&at=yesterday"), 400, "'at'");
        assertProblem(caller.get("/nothing"), 404, "nothing");
    }

    @Test
    void a_value_that_the_lake_does_not_take_is_refused_with_nothing_written() {
        for (String refused : List.of(
                measurement("{SNAPSHOT_ID}", 8, 1),
                "{\"sensor\":\"hall\",\"takenAt\":\"+999999999-12-31T23:59:59Z\",\"celsius\":1}")) {
            String body = array(measurement("hall", 8, 1), refused);
            assertProblem(caller.post("hall-1", body), 422, "nothing was written");
        }
        assertThat(read("sensor=hall")).isEmpty();
    }

    @Test
    void writes_through_jdbc_take_part_in_springs_transactions(
            @Autowired TransactionTemplate transactions, @Autowired JdbcClient jdbc) {
        String insert = "INSERT INTO measurements VALUES (?, TIMESTAMPTZ '2026-01-01 08:00:00+00', 1)";

        transactions.executeWithoutResult(transaction -> {
            jdbc.sql(insert).param("garden").update();
            transaction.setRollbackOnly();
        });
        assertThat(read("sensor=garden")).isEmpty();

        transactions.executeWithoutResult(
                transaction -> jdbc.sql(insert).param("garden").update());
        assertThat(read("sensor=garden").toString()).isEqualTo(array(measurement("garden", 8, 1)));
    }

    @Test
    void health_follows_the_lake_and_liveness_does_not() throws IOException {
        awaitHealth(200, "UP");

        Path files = directory.resolve("files");
        Path away = directory.resolve("away");
        Files.move(files, away);
        try {
            awaitHealth(503, "DOWN");
            JsonNode details = json(caller.get("/actuator/health/lake")).get("details");
            assertThat(details.get("engine").asString()).isEqualTo("UP");
            assertThat(details.get("storage").asString()).contains("is missing");
            assertThat(caller.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        } finally {
            Files.move(away, files);
        }
        awaitHealth(200, "UP");
    }

    private void awaitHealth(int status, String word) {
        for (String path : List.of("/actuator/health", "/actuator/health/readiness", "/actuator/health/lake")) {
            Awaitility.await().untilAsserted(() -> {
                HttpResponse<String> answer = caller.get(path);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
                assertThat(json(answer).get("status").asString()).isEqualTo(word);
            });
        }
    }

    @Test
    void meters_of_the_lake_are_scraped_beside_those_of_spring() {
        written("porch-1", measurement("porch", 8, 1));
        read("sensor=porch");

        assertThat(caller.get("/actuator/prometheus").body().lines())
                .anyMatch(line -> line.matches("ducklake_commits_seconds_count\\{.*outcome=\"success\".*} [1-9].*"))
                .anyMatch(line -> line.matches("ducklake_queries_seconds_count\\{.*operation=\"jdbc\".*} [1-9].*"))
                .anyMatch(line -> line.matches("ducklake_catalog_up\\{.*} 1.0"))
                .anyMatch(line -> line.matches("ducklake_snapshot_id\\{.*} [1-9].*"))
                .anyMatch(line -> line.startsWith("http_server_requests_seconds_count{"));
        assertThat(caller.get("/actuator/metrics/ducklake.commits").statusCode())
                .isEqualTo(200);
    }

    private JsonNode written(String key, String... measurements) {
        return right(caller.post(key, array(measurements)));
    }

    private JsonNode read(String query) {
        return right(caller.get("/measurements?" + query));
    }

    private static JsonNode right(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail).doesNotContain("Exception", "SNAPSHOT_ID");
    }
}
