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

class ConfigRoutesTest {

    private static final String CANARY = "canary7Gq2secret";

    @Test
    void the_summary_shows_what_holds_and_where_it_comes_from(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("ducklake.properties"), "db.ducklake.alias=pond\n");
        try (RunningServer server = RunningServer.start(directory, Map.of("DB_DUCKLAKE_OPERATION_TIMEOUT", "12.5"))) {
            JsonNode summary = server.json("/config/summary");

            assertThat(summary.get("environment").asString()).isEqualTo("development");
            assertThat(summary.get("version").asString()).isNotBlank();
            assertThat(summary.get("features").get("prometheusMetrics").asBoolean())
                    .isTrue();
            assertSetting(summary, "DB_DUCKLAKE_ALIAS", "pond", "file");
            assertSetting(summary, "DB_DUCKLAKE_OPERATION_TIMEOUT", "12.5", "environment");
            assertSetting(summary, "DB_DUCKLAKE_ENCRYPTED", "true", "default");
            assertSetting(summary, "LOG_FORMAT", "json", "derived");
            assertSetting(summary, "DB_POSTGRES_PASSWORD", "unset", "default");
        }
    }

    @Test
    void no_endpoint_shows_a_secret(@TempDir Path directory) {
        Map<String, String> secrets = Map.of(
                "DB_POSTGRES_HOST", "127.0.0.1",
                "DB_POSTGRES_PORT", Integer.toString(RunningServer.freePort()),
                "DB_POSTGRES_USER", "lake",
                "DB_POSTGRES_PASSWORD", CANARY + "1",
                "STORAGE_MINIO_ENDPOINT", "http://127.0.0.1:" + RunningServer.freePort(),
                "STORAGE_MINIO_ACCESS_KEY", "key",
                "STORAGE_MINIO_SECRET_KEY", CANARY + "2",
                "AUTH_READER_TOKENS", CANARY + "3",
                "AUTH_OPERATOR_TOKENS", CANARY + "4," + CANARY + "5");
        try (RunningServer server = RunningServer.start(directory, secrets)) {
            JsonNode summary = server.json("/config/summary");
            assertSetting(summary, "DB_POSTGRES_PASSWORD", "set", "environment");
            assertSetting(summary, "STORAGE_MINIO_SECRET_KEY", "set", "environment");
            assertSetting(summary, "AUTH_OPERATOR_TOKENS", "set", "environment");
            assertSetting(summary, "AUTH_WRITER_TOKENS", "unset", "default");

            for (String path : new String[] {
                "/config/summary",
                "/config/ducklake",
                "/health",
                "/metrics",
                "/metrics/memory",
                "/metrics/performance",
                "/api/v1/tables",
                "/api/v1/snapshots"
            }) {
                HttpResponse<String> answer = server.get(path, "Authorization", "Bearer " + CANARY + "4");
                assertThat(answer.statusCode()).as(path).isIn(200, 503);
                assertThat(answer.body()).as(path).isNotBlank().doesNotContain(CANARY);
                assertThat(answer.headers().map().toString()).as(path).doesNotContain(CANARY);
            }
        }
    }

    @Test
    void the_lake_says_its_format_its_encryption_and_what_stays_plain(@TempDir Path directory) {
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            server.lake().execute("CREATE TABLE events (id INTEGER)");

            JsonNode answer = server.json("/config/ducklake");
            JsonNode lake = answer.get("lake");
            assertThat(lake.get("formatVersion").asString()).isEqualTo("1.0");
            assertThat(lake.get("engineVersion").asString()).startsWith("v1.");
            assertThat(lake.get("encrypted").asBoolean()).isTrue();
            assertThat(lake.get("dataInliningRowLimit").asInt()).isEqualTo(1000);
            assertThat(lake.get("snapshotId").asLong()).isEqualTo(1);
            assertThat(lake.get("warnings").toString()).contains("inserts of up to 1000 rows stay unencrypted");
            assertThat(answer.get("tableCount").asInt()).isEqualTo(1);
            assertThat(answer.get("tables").get(0).asString()).isEqualTo("main.events");
        }
    }

    @Test
    void with_strict_encryption_there_is_no_warning(@TempDir Path directory) {
        try (RunningServer server = RunningServer.ready(directory, Map.of("DB_DUCKLAKE_ENCRYPTION_STRICT", "true"))) {
            JsonNode lake = server.json("/config/ducklake").get("lake");

            assertThat(lake.get("dataInliningRowLimit").asInt()).isZero();
            assertThat(lake.get("warnings").isEmpty()).isTrue();
        }
    }

    private static void assertSetting(JsonNode summary, String name, String value, String source) {
        JsonNode setting = StreamSupport.stream(summary.get("settings").spliterator(), false)
                .filter(node -> node.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(setting.get("value").asString()).as(name).isEqualTo(value);
        assertThat(setting.get("source").asString()).as(name).isEqualTo(source);
    }
}
