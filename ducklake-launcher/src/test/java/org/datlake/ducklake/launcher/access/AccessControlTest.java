package org.datlake.ducklake.launcher.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessControlTest {

    private static final List<String> HEALTH =
            List.of("/health", "/health/live", "/health/ready", "/health/started", "/livez", "/readyz");
    private static final List<String> OPERATING =
            List.of("/config/summary", "/config/ducklake", "/metrics", "/metrics/memory", "/metrics/performance");
    private static final List<String> READING =
            List.of("/api/v1/tables", "/api/v1/tables/main/events", "/api/v1/snapshots");

    @TempDir
    private Path directory;

    @Test
    void in_development_without_tokens_nobody_needs_one() {
        try (RunningServer server = RunningServer.ready(directory, Map.of("AUTH_TRUST_LOOPBACK", "false"))) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");

            assertStatus(server, 200, HEALTH);
            assertStatus(server, 200, OPERATING);
            assertStatus(server, 200, READING);
        }
    }

    @Test
    void with_tokens_each_role_gets_as_far_as_it_may() {
        Map<String, String> tokens = Map.of(
                "AUTH_READER_TOKENS", "reader-old,reader-new",
                "AUTH_WRITER_TOKENS", "writer",
                "AUTH_OPERATOR_TOKENS", "operator",
                "AUTH_TRUST_LOOPBACK", "false");
        try (RunningServer server = RunningServer.ready(directory, tokens)) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");

            assertStatus(server, 200, HEALTH);
            for (String token : new String[] {"reader-old", "reader-new", "writer", "operator"}) {
                assertStatus(server, 200, READING, "Authorization", "Bearer " + token);
            }
            assertStatus(server, 403, OPERATING, "Authorization", "Bearer reader-new");
            assertStatus(server, 403, OPERATING, "Authorization", "Bearer writer");
            assertStatus(server, 200, OPERATING, "Authorization", "Bearer operator");
            assertStatus(server, 200, OPERATING, "Authorization", "bearer operator");
            for (List<String> paths : List.of(OPERATING, READING)) {
                assertStatus(server, 401, paths);
                assertStatus(server, 401, paths, "Authorization", "Bearer reader-old,reader-new");
                assertStatus(server, 401, paths, "Authorization", "Bearer ");
                assertStatus(server, 401, paths, "Authorization", "Basic b3BlcmF0b3I6");
            }
        }
    }

    @Test
    void each_endpoint_treats_each_caller_as_the_table_says() {
        Map<String, String> tokens = Map.of(
                "AUTH_READER_TOKENS", "reader",
                "AUTH_WRITER_TOKENS", "writer",
                "AUTH_OPERATOR_TOKENS", "operator",
                "AUTH_TRUST_LOOPBACK", "false");
        try (RunningServer server = RunningServer.ready(directory, tokens)) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");
            String operation = "/api/v1/operations/" + UUID.randomUUID();
            // Who is answered: without a token, as reader, writer, operator.
            Map<String, List<Integer>> table = new LinkedHashMap<>();
            HEALTH.forEach(path -> table.put("GET " + path, List.of(200, 200, 200, 200)));
            OPERATING.forEach(path -> table.put("GET " + path, List.of(401, 403, 403, 200)));
            READING.forEach(path -> table.put("GET " + path, List.of(401, 200, 200, 200)));
            table.put("GET /openapi.yaml", List.of(200, 200, 200, 200));
            table.put("GET " + operation, List.of(401, 200, 200, 200));
            table.put("GET /api/v1/tables/main/events/changes?from=1", List.of(401, 200, 200, 200));
            table.put("POST /api/v1/query {\"sql\": \"SELECT 1\"}", List.of(401, 200, 200, 200));
            table.put("POST /api/v1/tables/main/events/rows {\"id\": 1}", List.of(401, 403, 200, 403));

            table.forEach((endpoint, statuses) -> assertThat(List.of(
                            status(server, endpoint),
                            status(server, endpoint, "Authorization", "Bearer reader"),
                            status(server, endpoint, "Authorization", "Bearer writer"),
                            status(server, endpoint, "Authorization", "Bearer operator")))
                    .as(endpoint)
                    .isEqualTo(statuses));
        }
    }

    @Test
    void an_address_that_guesses_tokens_is_locked_out_but_not_those_that_were_right_before() {
        try (RunningServer server = RunningServer.ready(directory, Map.of("AUTH_READER_TOKENS", "used,new"))) {
            List<String> path = List.of("/api/v1/tables");
            assertStatus(server, 200, path, "Authorization", "Bearer used");
            for (int i = 0; i < WrongTokens.MOST; i++) {
                assertStatus(server, 401, path, "Authorization", "Bearer guess" + i);
            }

            HttpResponse<String> guess = server.get("/api/v1/tables", "Authorization", "Bearer new");

            assertThat(guess.statusCode()).isEqualTo(429);
            assertThat(guess.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(1L, 60L);
            assertThat(guess.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertStatus(server, 200, path, "Authorization", "Bearer used");
            assertStatus(server, 401, path);
            assertStatus(server, 200, HEALTH);
        }
    }

    @Test
    void refusals_are_problems_that_say_what_to_do_and_repeat_no_token() {
        try (RunningServer server = RunningServer.start(directory, Map.of("AUTH_READER_TOKENS", "right"))) {
            HttpResponse<String> none = server.get("/api/v1/tables");
            HttpResponse<String> wrong = server.get("/api/v1/tables", "Authorization", "Bearer wrong-7261");

            assertThat(none.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(none.body()).contains("Authorization: Bearer");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("invalid_token");
            assertThat(wrong.body()).doesNotContain("wrong-7261").doesNotContain("right");
        }
    }

    @Test
    void in_production_without_tokens_health_is_open_and_loopback_may_look_at_configuration_and_metrics() {
        try (RunningServer server = RunningServer.start(directory, production(Map.of()))) {
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertStatus(server, 200, List.of("/config/summary", "/metrics", "/metrics/memory"));
            for (String path : READING) {
                HttpResponse<String> refused = server.get(path, "Authorization", "Bearer anything");
                assertThat(refused.statusCode()).as(path).isEqualTo(403);
                assertThat(refused.body()).as(path).contains("no token is configured");
            }
        }
    }

    @Test
    void in_production_loopback_can_be_distrusted() {
        try (RunningServer server =
                RunningServer.start(directory, production(Map.of("AUTH_TRUST_LOOPBACK", "false")))) {
            for (String path : OPERATING) {
                HttpResponse<String> refused = server.get(path);
                assertThat(refused.statusCode()).as(path).isEqualTo(403);
                assertThat(refused.body()).as(path).contains("no token is configured");
            }
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void in_production_tokens_decide_by_role() {
        Map<String, String> tokens = production(
                Map.of("AUTH_READER_TOKENS", "r", "AUTH_OPERATOR_TOKENS", "o", "AUTH_TRUST_LOOPBACK", "false"));
        try (RunningServer server = RunningServer.start(directory, tokens)) {
            assertThat(server.get("/api/v1/tables").statusCode()).isEqualTo(401);
            // Let through, and then there is no store.
            assertThat(server.get("/api/v1/tables", "Authorization", "Bearer r").statusCode())
                    .isEqualTo(503);
            assertThat(server.get("/config/summary").statusCode()).isEqualTo(401);
            assertThat(server.get("/config/summary", "Authorization", "Bearer r")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(server.get("/config/summary", "Authorization", "Bearer o")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_peer_that_is_not_loopback_needs_a_token_and_no_header_makes_it_loopback() throws IOException {
        Optional<InetAddress> other = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
                .findFirst();
        assertThat(other)
                .as("an address besides loopback, which this test needs")
                .isPresent();

        try (RunningServer server = RunningServer.start(directory, production(Map.of("SERVER_HOST", "0.0.0.0")))) {
            for (String path : OPERATING) {
                for (String[] headers : new String[][] {
                    {}, {"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1"}, {"X-Real-IP", "127.0.0.1"}
                }) {
                    HttpResponse<String> refused = server.send(
                            server.request(other.orElseThrow(), path, headers).build());
                    assertThat(refused.statusCode()).as(path).isEqualTo(403);
                }
            }
            HttpResponse<String> health =
                    server.send(server.request(other.orElseThrow(), "/livez").build());
            assertThat(health.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_file_of_tokens_is_read_again_and_admits_nobody_once_it_is_gone() throws IOException {
        Path file = Files.writeString(directory.resolve("tokens"), "first\n");
        Map<String, String> tokens = Map.of("AUTH_READER_TOKENS_FILE", file.toString());
        try (RunningServer server = RunningServer.ready(directory, tokens)) {
            List<String> path = List.of("/api/v1/tables");
            assertStatus(server, 200, path, "Authorization", "Bearer first");

            Files.writeString(file, "first\nsecond\n");
            assertStatus(server, 200, path, "Authorization", "Bearer second");

            Files.delete(file);
            assertStatus(server, 401, path, "Authorization", "Bearer first");
            assertStatus(server, 401, path);
        }
    }

    private static Map<String, String> production(Map<String, String> more) {
        Map<String, String> names = new HashMap<>(more);
        names.put("ENVIRONMENT", "production");
        names.put("STORAGE_MINIO_ENDPOINT", "https://127.0.0.1:" + RunningServer.freePort());
        names.put("STORAGE_MINIO_ACCESS_KEY", "key");
        names.put("STORAGE_MINIO_SECRET_KEY", "secret");
        names.put("DB_DUCKLAKE_CONNECTION_TIMEOUT", "1");
        return names;
    }

    private static int status(RunningServer server, String endpoint, String... headers) {
        String[] parts = endpoint.split(" ", 3);
        HttpRequest.Builder request = server.request(parts[1], headers);
        if (parts[0].equals("POST")) {
            boolean rows = parts[1].endsWith("/rows");
            request.header("Content-Type", rows ? "application/x-ndjson" : "application/json")
                    .POST(BodyPublishers.ofString(parts[2]));
        }
        return server.send(request.build()).statusCode();
    }

    private static void assertStatus(RunningServer server, int status, List<String> paths, String... headers) {
        for (String path : paths) {
            assertThat(server.get(path, headers).statusCode()).as(path).isEqualTo(status);
        }
    }
}
