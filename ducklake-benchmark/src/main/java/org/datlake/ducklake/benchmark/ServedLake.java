package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;

/** The backend as a process of its own, with a small heap, on an embedded lake; and a client that speaks HTTP to it. */
final class ServedLake implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;

    private ServedLake(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Makes a lake with tables, serves it, and waits until it is ready. */
    static ServedLake start(Path directory, String... statements) throws IOException, InterruptedException {
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory))) {
            for (String statement : statements) {
                lake.execute(statement);
            }
        }
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Objects.requireNonNull(System.getProperty("benchmark.launcher")), "serve")
                .redirectOutput(directory.resolve("server.log").toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("DB_") || name.startsWith("STORAGE_"));
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "DUCKLAKE_JAVA_OPTS", "-Xmx64m",
                        "DB_DUCKLAKE_PATH", directory.toString(),
                        "SERVER_PORT", Integer.toString(port),
                        "LOG_LEVEL", "WARN",
                        "QUERY_TIMEOUT", "300",
                        "QUERY_MAX_ROWS", "20000000",
                        "QUERY_MAX_BYTES", "4GB"));
        ServedLake served = new ServedLake(builder.start(), port);
        served.awaitReady();
        return served;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws InterruptedException {
        long until = System.nanoTime() + START.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > until) {
                close();
                throw new IllegalStateException("the server does not become ready");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/health") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Asks for a path; returns the status. */
    int get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Runs a statement; returns its answer as NDJSON. */
    String query(String body) throws IOException, InterruptedException {
        HttpRequest request = query(body, "application/x-ndjson");
        return checked(client.send(request, BodyHandlers.ofString())).body();
    }

    /** Runs a statement; returns its answer in Arrow's format. */
    HttpBody arrow(String body) throws IOException {
        return HttpBody.post(port, "/api/v1/query", "application/vnd.apache.arrow.stream", body);
    }

    private HttpRequest query(String body, String format) {
        return HttpRequest.newBuilder(uri("/api/v1/query"))
                .header("Content-Type", "application/json")
                .header("Accept", format)
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** Writes rows. */
    void write(String table, byte[] ndjson) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/tables/main/" + table + "/rows"))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofByteArray(ndjson))
                .build();
        checked(client.send(request, BodyHandlers.ofString()));
    }

    private static <T> HttpResponse<T> checked(HttpResponse<T> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the server answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
