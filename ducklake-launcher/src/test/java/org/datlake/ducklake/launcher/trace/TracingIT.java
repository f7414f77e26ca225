package org.datlake.ducklake.launcher.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.ObservationHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.datlake.ducklake.launcher.cli.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry beside the folder that is shipped: its libraries and a bridge in a directory, and nothing else. */
@Timeout(180)
class TracingIT {

    private static final Path HOME = Path.of("target", "ducklake").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = RunningServer.freePort();

    @TempDir
    private Path directory;

    @Test
    void the_folder_itself_brings_no_tracing_library() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("micrometer-observation-"))
                    .noneMatch(name -> isTracing(name) || name.startsWith("opentelemetry"));
        }
    }

    @Test
    void a_directory_of_jars_adds_opentelemetry() throws Exception {
        Map<String, String> environment =
                Map.of("SERVER_PORT", Integer.toString(port), "TRACING_JARS", jars().toString(), "LOG_FORMAT", "json");
        List<String> command = List.of(HOME.resolve("bin/ducklake").toString(), "serve");
        try (ChildProcess server = ChildProcess.start(directory, environment, command)) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> get("/readyz").statusCode() == 200);
            HttpResponse<String> answer = get("/api/v1/tables", "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
            assertThat(answer.statusCode()).isEqualTo(200);
            String own = answer.headers().firstValue("traceparent").orElse("").substring(36, 52);
            server.terminate();
            ChildProcess.Ended ended = server.await();

            assertThat(ended.errors().lines())
                    .contains(TRACE + " " + CALLER + " " + own + " GET /api/v1/tables", "closed")
                    .anySatisfy(span -> assertThat(span).startsWith(TRACE + " " + own + " "));
            assertThat(ended.output().lines())
                    .anySatisfy(line ->
                            assertThat(line).contains("\"message\":\"request\"", "\"span_id\":\"" + own + "\"", TRACE));
        }
    }

    private static boolean isTracing(String name) {
        return name.startsWith("micrometer-tracing") || name.startsWith("context-propagation");
    }

    /** What tests run with is on their class path; what the program runs with is in its folder. */
    private Path jars() throws IOException {
        Path jars = Files.createDirectories(directory.resolve("tracing"));
        for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName().toString();
            if (isTracing(name) || name.startsWith("opentelemetry")) {
                Files.copy(jar, jars.resolve(name));
            }
        }
        try (OutputStream file = Files.newOutputStream(jars.resolve("bridge.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + ObservationHandler.class.getName()));
            jar.write(PrintedTracing.class.getName().getBytes(StandardCharsets.UTF_8));
            for (String name : List.of(
                    OpenTelemetryBridge.class.getName(),
                    PrintedTracing.class.getName(),
                    PrintedTracing.class.getName() + "$Printer")) {
                String path = name.replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(path));
                try (InputStream code = TracingIT.class.getClassLoader().getResourceAsStream(path)) {
                    code.transferTo(jar);
                }
            }
        }
        return jars;
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(PATIENCE);
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }
}
