package org.datlake.ducklake.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.cli.ChildProcess;
import org.datlake.ducklake.launcher.cli.ChildProcess.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The folder that is shipped, started by its own script. */
@Timeout(180)
class DistributionIT {

    private static final Path SCRIPT =
            Path.of("target", "ducklake", "bin", "ducklake").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = RunningServer.freePort();

    @TempDir
    private Path directory;

    @Test
    void the_sample_is_served_queried_beside_the_server_and_found_again() throws Exception {
        try (ChildProcess server = serve("LOG_FORMAT", "json")) {
            awaitTables(server, 2);
            assertThat(get("/health").statusCode()).isEqualTo(200);
            JsonNode lake = RunningServer.parse(get("/config/ducklake").body()).get("lake");
            assertThat(lake.get("formatVersion").asString()).isEqualTo("1.0");
            assertThat(lake.get("encrypted").asBoolean()).isTrue();
            assertThat(lake.get("snapshotId").asLong()).isEqualTo(2);

            Ended rows = run("sql", "SELECT count(*) > 100 AS some FROM airports");
            assertThat(rows).isEqualTo(new Ended(0, "some\ntrue\n", ""));
            Files.writeString(directory.resolve("a.csv"), "i\n1\n2\n");
            assertThat(run("load", "a.csv", "--table", "mine"))
                    .isEqualTo(new Ended(0, "2 rows loaded into mine\n", ""));
            assertThat(get("/api/v1/tables/main/mine").statusCode()).isEqualTo(200);
            assertThat(get("/config/summary", "X-Request-Id", "it-4711").statusCode())
                    .isEqualTo(200);

            Ended stopped = stop(server);
            assertThat(stopped.exitCode()).isIn(0, 143);
            assertThat(stopped.errors()).isEmpty();
            assertLog(stopped.output());
        }
        assertThat(directory.resolve("data/.ducklake.sock")).doesNotExist();

        try (ChildProcess again = serve("LOG_FORMAT", "text")) {
            awaitTables(again, 3);
            Awaitility.await().atMost(PATIENCE).until(() -> again.output().contains("The sample lake is served"));
            JsonNode lake = RunningServer.parse(get("/config/ducklake").body()).get("lake");
            assertThat(lake.get("snapshotId").asLong()).isEqualTo(3);
            assertThat(stop(again).exitCode()).isIn(0, 143);
        }
        assertThat(run("sql", "SELECT sum(i) AS i FROM mine")).isEqualTo(new Ended(0, "i\n3\n", ""));
    }

    /** The time to the first result hangs on these, and no clock of a busy machine would show it. */
    @Test
    void a_plain_query_loads_none_of_the_libraries_that_it_does_not_need() throws IOException {
        Path classes = directory.resolve("classes.log");

        Ended rows = run(Map.of("DUCKLAKE_JAVA_OPTS", "-Xlog:class+load:file=" + classes), "sql", "SELECT 1 AS i");

        assertThat(rows).isEqualTo(new Ended(0, "i\n1\n", ""));
        assertThat(Files.readString(classes))
                .contains("org.duckdb.DuckDBConnection ")
                .doesNotContain("picocli.CommandLine$Interpreter ")
                .doesNotContain("ch.qos.logback.classic.LoggerContext ")
                .doesNotContain("jdk.jfr.internal.MetadataRepository ")
                .doesNotContain("org.postgresql.Driver ")
                .doesNotContain("io.minio.MinioClient ");
    }

    @Test
    void letters_beyond_ascii_survive_in_a_plain_locale() {
        Ended rows = run(Map.of("LC_ALL", "C"), "sql", "SELECT 'Grüße 😀' AS v, length('Grüße 😀') AS n");

        assertThat(rows).isEqualTo(new Ended(0, "v,n\nGrüße 😀,7\n", ""));
    }

    @Test
    void the_script_works_through_a_link_and_hands_on_the_exit_code() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("dl"), SCRIPT);

        Ended version = start(Map.of(), List.of(link.toString(), "version")).await();
        Ended failure = run("sql", "SELECT * FROM nothing");

        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).startsWith("ducklake ").doesNotContain("development");
        assertThat(failure.exitCode()).isEqualTo(1);
    }

    /** Each line is one JSON object, and the request can be found by its id. */
    private static void assertLog(String log) {
        List<JsonNode> lines = new ArrayList<>();
        log.lines().forEach(line -> lines.add(RunningServer.parse(line)));
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.get("@timestamp").asString()).isNotBlank();
            assertThat(line.get("level").asString()).isNotBlank();
            assertThat(line.get("message").asString()).isNotBlank();
        });
        assertThat(lines).filteredOn(line -> line.has("request_id")).anySatisfy(line -> {
            assertThat(line.get("request_id").asString()).isEqualTo("it-4711");
            assertThat(line.get("path").asString()).isEqualTo("/config/summary");
            assertThat(line.get("status").asInt()).isEqualTo(200);
        });
        List<String> messages =
                lines.stream().map(line -> line.get("message").asString()).toList();
        assertThat(messages).contains("listening", "the sample lake is served");
        assertThat(messages.subList(messages.size() - 2, messages.size()))
                .containsExactly("stopping: not ready any more", "stopped");
    }

    private ChildProcess serve(String name, String value) {
        return start(
                Map.of("SERVER_PORT", Integer.toString(port), name, value),
                List.of(SCRIPT.toString(), "serve", "--sample"));
    }

    private static Ended stop(ChildProcess server) {
        long started = System.nanoTime();
        server.terminate();
        Ended ended = server.await();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
        return ended;
    }

    private Ended run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Ended run(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess child = start(environment, command)) {
            return child.await();
        }
    }

    private ChildProcess start(Map<String, String> environment, List<String> command) {
        assertThat(SCRIPT).as("built by the phase package").exists();
        return ChildProcess.start(directory, new HashMap<>(environment), command);
    }

    private void awaitTables(ChildProcess server, int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            assertThat(server.isAlive()).as(server.output() + server.errors()).isTrue();
            return tables() == count;
        });
    }

    private int tables() throws InterruptedException {
        try {
            HttpResponse<String> answer = get("/api/v1/tables");
            return answer.statusCode() == 200
                    ? RunningServer.parse(answer.body()).get("tables").size()
                    : -1;
        } catch (IOException e) {
            // Not listening yet.
            return -1;
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }
}
