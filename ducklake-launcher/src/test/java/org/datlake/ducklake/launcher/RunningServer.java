package org.datlake.ducklake.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeListener;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server in this JVM, on a free port and a lake in a directory, with a client that speaks HTTP to it. */
public final class RunningServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final DuckLakeServer server;
    private final int port;

    private RunningServer(DuckLakeServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts on a lake in a directory, and waits until it is ready. */
    public static RunningServer ready(Path directory, Map<String, String> environment) {
        RunningServer running = start(directory, environment);
        running.awaitReady();
        return running;
    }

    /** Starts, and does not wait for the lake. */
    public static RunningServer start(Path directory, Map<String, String> environment) {
        return start(directory, environment, event -> {});
    }

    /** Starts with a listener to the client, and does not wait for the lake. */
    static RunningServer start(Path directory, Map<String, String> environment, DuckLakeListener listener) {
        int port = freePort();
        Map<String, String> names = new HashMap<>(environment);
        names.putIfAbsent("SERVER_PORT", Integer.toString(port));
        names.putIfAbsent("DUCKDB_THREADS", "2");
        DuckLakeServer server = DuckLakeServer.start(
                DuckLakeConfigLoader.isolated()
                        .environment(names)
                        .workingDirectory(directory)
                        .load(),
                listener);
        return new RunningServer(server, port);
    }

    /** Returns a port that nobody listens on at the moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    /** Asks the lake first and then for its health, because an early answer about health is remembered for a while. */
    void awaitReady() {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(DuckLakeException.class)
                .until(() -> lake().query("SELECT 1").as(Integer.class).one() == 1);
        Awaitility.await().atMost(PATIENCE).until(() -> get("/health/ready").statusCode() == 200);
    }

    /** Returns the client of the lake. */
    public DuckLakeClient lake() {
        return server.lake();
    }

    /** Returns the URL that the server says it is reached at. */
    public String url() {
        return server.url();
    }

    DuckLakeServer server() {
        return server;
    }

    /** Returns the answer to a GET. */
    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    /** Returns an answer as JSON. */
    public JsonNode json(String path, String... headers) {
        return JSON.readTree(get(path, headers).body());
    }

    /** Starts a request to this server. */
    public HttpRequest.Builder request(String path, String... headers) {
        return request(InetAddress.getLoopbackAddress(), path, headers);
    }

    /** Starts a request to this server at another of the machine's addresses. */
    public HttpRequest.Builder request(InetAddress address, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + address.getHostAddress() + ":" + port + path))
                .timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Returns the answer to a POST. */
    public HttpResponse<String> post(String path, String type, byte[] body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    /** Opens a connection for requests that no HTTP client would send. */
    public Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends what a request consists of, or a part of it. */
    public static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Returns the answer to a request. */
    public HttpResponse<String> send(HttpRequest request) {
        return send(request, BodyHandlers.ofString());
    }

    /** Returns the answer to a request, with a body of any form. */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> form) {
        try {
            return client.send(request, form);
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Parses JSON. */
    public static JsonNode parse(String text) {
        return JSON.readTree(text);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        server.close();
    }
}
