package org.datlake.ducklake.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;

/** The program as it is shipped, run from its folder in processes of its own. */
final class Backend implements AutoCloseable {

    private static final Path PROGRAM = Path.of("..", "ducklake-launcher", "target", "ducklake", "bin", "ducklake")
            .toAbsolutePath()
            .normalize();
    private static final Duration END = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Path log;
    private final int port;
    private final Process process;

    private Backend(Path log, int port, Process process) {
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /** Describes catalog and storage as the environment variables of the program do. */
    static Map<String, String> environment(CatalogSettings.Postgres catalog, StorageSettings.S3 storage) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DB_POSTGRES_HOST", catalog.host());
        environment.put("DB_POSTGRES_PORT", Integer.toString(catalog.port()));
        environment.put("DB_POSTGRES_DB", catalog.database());
        environment.put("DB_POSTGRES_USER", catalog.user());
        environment.put("DB_POSTGRES_PASSWORD", catalog.password().reveal());
        environment.put("STORAGE_MINIO_ENDPOINT", storage.endpoint());
        environment.put("STORAGE_MINIO_SECURE", Boolean.toString(storage.secure()));
        environment.put("STORAGE_MINIO_ACCESS_KEY", storage.accessKey());
        environment.put("STORAGE_MINIO_SECRET_KEY", storage.secretKey().reveal());
        environment.put("STORAGE_DEFAULT_BUCKET", storage.bucket());
        return environment;
    }

    /** Starts {@code ducklake serve} on a free port; it may not answer yet. */
    static Backend serve(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        int port = freePort();
        Map<String, String> complete = new HashMap<>(environment);
        complete.put("SERVER_PORT", Integer.toString(port));
        Path log = Files.createTempFile(directory, "serve", ".log");
        List<String> command = new ArrayList<>(List.of("serve"));
        command.addAll(List.of(arguments));
        return new Backend(log, port, start(directory, log, complete, command));
    }

    /** Runs another command to its end. */
    static Result run(Path directory, Map<String, String> environment, String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "run", ".out");
        Process process = start(directory, output, environment, List.of(arguments));
        if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", arguments) + " did not end");
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    private static Process start(Path directory, Path output, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Asks for a path, which must be answered within two seconds. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Writes rows under a key. */
    HttpResponse<String> post(String path, String type, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", type)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Begins any request, which is given up after a minute. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofMinutes(1));
    }

    /** Sends any request. */
    <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, HttpResponse.BodyHandler<T> form) {
        return http.sendAsync(request, form);
    }

    /** Returns the port of the loopback address that it listens on. */
    int port() {
        return port;
    }

    /** Waits until a path is answered with a status. */
    HttpResponse<String> await(String path, int status, Duration limit) {
        return Awaitility.await(path + " answers " + status)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> get(path), response -> response.statusCode() == status);
    }

    /** Returns what it has printed. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, as Kubernetes does, and returns its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the backend did not end; it printed:\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * How a command ended.
     *
     * @param code its exit code
     * @param output what it printed
     */
    record Result(int code, String output) {}
}
