package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ChangeRoutesTest {

    private static final String EVENTS = "text/event-stream";
    private static final String CHANGES = "/api/v1/tables/main/moving/changes";

    @TempDir
    private Path directory;

    private RunningServer server;
    private long start;

    @BeforeEach
    void start() {
        server = RunningServer.ready(directory, Map.of());
        server.lake().execute("CREATE TABLE moving (a INTEGER, note VARCHAR)");
        start = server.lake().newestSnapshotId();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void changes_between_snapshots_come_as_json_ndjson_and_csv() {
        server.lake().execute("INSERT INTO moving VALUES (1, 'x'), (2, NULL)");
        server.lake().execute("DELETE FROM moving WHERE a = 1");
        String path = CHANGES + "?from=" + start;

        JsonNode json = server.json(path);
        assertThat(json.get("snapshotId").asLong()).isEqualTo(start + 2);
        assertThat(json.get("columns").get(2).get("name").asString()).isEqualTo("change_type");
        assertThat(json.get("rows").toString())
                .isEqualTo("[[%1$d,0,\"insert\",1,\"x\"],[%1$d,1,\"insert\",2,null],[%2$d,0,\"delete\",1,\"x\"]]"
                        .formatted(start + 1, start + 2));
        assertThat(server.json(path + "&to=" + (start + 1)).get("rows")).hasSize(2);
        assertThat(server.json(CHANGES).get("rows")).hasSize(1);
        assertThat(server.json(CHANGES + "?to=" + (start + 1)).get("rows")).hasSize(2);
        assertThat(server.get(path, "Accept", "application/x-ndjson").body())
                .startsWith("{\"snapshot_id\":" + (start + 1) + ",\"rowid\":0,\"change_type\":\"insert\",\"a\":1,");
        assertThat(server.get(path, "Accept", "text/csv").body())
                .startsWith("snapshot_id,rowid,change_type,a,note\r\n");
    }

    @Test
    void what_cannot_be_answered_is_a_problem() {
        assertThat(server.get(CHANGES + "?from=x").statusCode()).isEqualTo(400);
        assertThat(server.get(CHANGES + "?from=2&to=1").statusCode()).isEqualTo(400);
        assertThat(server.get(CHANGES + "?from=0&to=99999").statusCode()).isEqualTo(404);
        assertThat(server.get("/api/v1/tables/main/none/changes?from=0").statusCode())
                .isEqualTo(404);
        assertThat(server.get("/api/v1/tables/main/none/changes", "Accept", EVENTS)
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.get(CHANGES + "?from=0", "Accept", "application/vnd.apache.parquet")
                        .statusCode())
                .isEqualTo(406);
        assertThat(server.get(CHANGES, "Accept", EVENTS, "Last-Event-ID", "x").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "9223372036854775808", "1000000000000000000000000000000"})
    void an_id_that_cannot_be_is_told_what_it_may_be(String id) {
        for (String query : List.of("?from=" + id, "?to=" + id)) {
            assertWrongId(server.get(CHANGES + query), "is a whole number from 0 to 9223372036854775807");
        }
        assertWrongId(server.get(CHANGES + "?from=" + id, "Accept", EVENTS), "'from' is a whole number");
        assertWrongId(server.get(CHANGES, "Last-Event-ID", id), "'Last-Event-ID' is a whole number");
        assertWrongId(
                server.get(CHANGES, "Accept", EVENTS, "Last-Event-ID", id),
                "'Last-Event-ID' is a whole number from 0 to 9223372036854775807");
        assertWrongId(server.get("/api/v1/snapshots?after=" + id), "'after' is a whole number");
        assertWrongId(server.get("/api/v1/snapshots?limit=" + id), "'limit' is a whole number");
    }

    private static void assertWrongId(HttpResponse<String> answer, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(RunningServer.parse(answer.body()).get("detail").asString()).contains(detail);
    }

    @Test
    void the_largest_id_is_an_id() {
        String largest = "9223372036854775807";

        assertThat(server.get(CHANGES + "?from=" + largest + "&to=" + largest).statusCode())
                .isEqualTo(404);
        assertThat(server.json("/api/v1/snapshots?after=" + largest).get("snapshots"))
                .isEmpty();
    }

    @Test
    void who_came_back_from_another_lake_waited_for_ever() {
        String newest = String.valueOf(start);
        for (String id : List.of(String.valueOf(start + 1), "9223372036854775807")) {
            assertWrongId(
                    server.get(CHANGES, "Accept", EVENTS, "Last-Event-ID", id),
                    "'Last-Event-ID' is beyond the newest snapshot: it is at most " + newest);
        }
        assertWrongId(
                server.get(CHANGES + "?from=" + (start + 2), "Accept", EVENTS),
                "'from' is beyond the newest snapshot: it is at most " + (start + 1));
        follow("Last-Event-ID", newest).close();
    }

    @Test
    void events_follow_what_is_committed() {
        try (Events events = follow()) {
            server.lake().execute("INSERT INTO moving VALUES (1, 'x')");
            server.lake().execute("UPDATE moving SET a = 2");

            events.await(14);
            assertThat(events.lines())
                    .containsSubsequence(
                            "event: insert",
                            "data: {\"snapshot_id\":%d,\"rowid\":0,\"change_type\":\"insert\",\"a\":1,\"note\":\"x\"}"
                                    .formatted(start + 1),
                            "event: snapshot",
                            "id: " + (start + 1),
                            "data: {\"snapshotId\":" + (start + 1) + "}",
                            "event: update_preimage",
                            "event: update_postimage",
                            "event: snapshot",
                            "id: " + (start + 2));
        }
    }

    @Test
    void who_comes_back_goes_on_behind_the_last_whole_snapshot() {
        server.lake().execute("INSERT INTO moving VALUES (1, 'seen')");
        server.lake().execute("INSERT INTO moving VALUES (2, 'missed')");
        try (Events events = follow("Last-Event-ID", String.valueOf(start + 1))) {
            events.await(5);
            assertThat(events.lines())
                    .anyMatch(line -> line.contains("missed"))
                    .noneMatch(line -> line.contains("seen"));
        }
    }

    @Test
    void commits_to_other_tables_move_the_place_without_an_event() {
        try (Events events = follow()) {
            server.lake().execute("CREATE TABLE other (x INTEGER)");
            Awaitility.await().until(() -> events.lines().contains("id: " + (start + 1)));
            assertThat(events.lines()).noneMatch(line -> line.startsWith("event:"));
        }
    }

    @Test
    void a_table_that_is_dropped_ends_its_events_with_a_problem() {
        try (Events events = follow()) {
            server.lake().execute("DROP TABLE moving");
            Awaitility.await().until(() -> events.lines().contains("event: problem"));
            assertThat(events.lines()).anyMatch(line -> line.contains("there is no table"));
        }
    }

    @Test
    void a_server_that_stops_does_not_wait_for_those_who_follow() {
        try (Events events = follow()) {
            long began = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
            assertThat(events.lines()).contains("retry: 2000");
        }
    }

    private Events follow(String... headers) {
        HttpResponse<Stream<String>> answer = server.send(
                server.request(CHANGES, headers).header("Accept", EVENTS).GET().build(), BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(EVENTS);
        Events events = new Events(answer.body());
        Awaitility.await().until(() -> events.lines().contains("retry: 2000"));
        return events;
    }

    /** The lines that have arrived so far. */
    private static final class Events implements AutoCloseable {

        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        private final Stream<String> source;

        Events(Stream<String> source) {
            this.source = source;
            Thread reader = new Thread(() -> {
                try {
                    source.forEach(lines::add);
                } catch (RuntimeException e) {
                    lines.add("cut");
                }
            });
            reader.setDaemon(true);
            reader.start();
        }

        List<String> lines() {
            synchronized (lines) {
                return lines.stream().filter(line -> !line.isEmpty()).toList();
            }
        }

        void await(int count) {
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> lines().size() >= count);
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
