package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class HealthRoutesTest {

    @Test
    void every_path_answers_with_microprofile_health(@TempDir Path directory) {
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            for (String path :
                    new String[] {"/health", "/health/live", "/health/ready", "/health/started", "/livez", "/readyz"}) {
                HttpResponse<String> answer = server.get(path);
                JsonNode health = RunningServer.parse(answer.body());

                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                assertThat(answer.headers().firstValue("Content-Type")).as(path).hasValue("application/json");
                assertThat(health.get("status").asString()).as(path).isEqualTo("UP");
                assertThat(health.get("checks")).as(path).isNotEmpty().allSatisfy(check -> {
                    assertThat(check.get("name").asString()).isNotBlank();
                    assertThat(check.get("status").asString()).isEqualTo("UP");
                    assertThat(check.get("data").isObject()).isTrue();
                });
            }
            assertThat(names(server.json("/health"))).containsExactly("server", "engine", "catalog", "storage");
            assertThat(names(server.json("/health/live"))).containsExactly("process");
        }
    }

    @Test
    void without_a_usable_catalog_the_process_lives_but_is_neither_started_nor_ready(@TempDir Path directory)
            throws IOException {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/catalog.ducklake"), "this is no database");
        try (RunningServer server = RunningServer.start(directory, Map.of())) {
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            assertThat(server.get("/health/started").statusCode()).isEqualTo(503);

            HttpResponse<String> ready = server.get("/health/ready");
            JsonNode engine = check(RunningServer.parse(ready.body()), "engine");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(engine.get("status").asString()).isEqualTo("DOWN");
            assertThat(engine.get("data").get("reason").asString()).startsWith("the lake is not attached");
            assertThat(server.get("/config/ducklake").statusCode()).isEqualTo(503);
            assertThat(server.get("/api/v1/tables").headers().firstValue("Retry-After"))
                    .hasValue("1");
        }
    }

    @Test
    void a_lost_catalog_server_is_named_and_liveness_does_not_ask_it(@TempDir Path directory) {
        Map<String, String> nobodyThere = Map.of(
                "DB_POSTGRES_HOST", "127.0.0.1",
                "DB_POSTGRES_PORT", Integer.toString(RunningServer.freePort()),
                "DB_POSTGRES_USER", "lake",
                "DB_POSTGRES_PASSWORD", "not-used");
        try (RunningServer server = RunningServer.start(directory, nobodyThere)) {
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(check(server.json("/readyz"), "catalog").get("status").asString())
                    .isEqualTo("DOWN");
        }
    }

    private static JsonNode check(JsonNode health, String name) {
        return StreamSupport.stream(health.get("checks").spliterator(), false)
                .filter(check -> check.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Iterable<String> names(JsonNode health) {
        return StreamSupport.stream(health.get("checks").spliterator(), false)
                .map(check -> check.get("name").asString())
                .toList();
    }
}
