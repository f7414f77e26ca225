package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.Monitoring;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What becomes of answers that their clients take slowly, or not at all. */
class SlowReadersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int STEP = 512 * 1024;

    /** More than all buffers between server and client hold. */
    private static final long ROWS = 40_000;

    private static final String SQL = "SELECT i, repeat('x', 1000) AS text FROM range(" + ROWS + ") t(i)";

    private static final AtomicInteger FINISHED = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static Path spill;
    private static DuckLakeClient lake;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        spill = directory.resolve("spill");
        DuckLakeConfig config = DuckLakeConfigLoader.isolated()
                .environment(Map.of(
                        "SERVER_PORT", String.valueOf(RunningServer.freePort()),
                        "QUERY_MAX_CONCURRENT", "1",
                        "DUCKDB_TEMP_DIRECTORY", spill.toString()))
                .workingDirectory(directory)
                .load();
        lake = DuckLakeClient.connect(config.toSettingsBuilder()
                .listener(event -> {
                    if (event instanceof DuckLakeEvent.QueryFinished) {
                        FINISHED.incrementAndGet();
                    }
                })
                .build());
        server = new ApiServer(config, lake, new Monitoring(config), PATIENCE);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close(Duration.ofSeconds(5));
        lake.close();
    }

    /** With a buffer that is small, so that the server soon has to wait. */
    private static Socket ask(String sql, String accept) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.setReceiveBufferSize(32 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        String body = "{\"sql\": \"" + sql + "\"}";
        RunningServer.send(
                socket,
                "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nAccept: " + accept
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
        return socket;
    }

    /** Returns the status of a small answer; 503 where the only place is taken. */
    private static String status(String sql) throws IOException {
        try (Socket socket = ask(sql, "application/json")) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
        }
    }

    private static boolean isSending(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(AnswerStream.class.getName()));
    }

    private static boolean isAnySending() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(SlowReadersTest::isSending);
    }

    private static void assertNothingIsLeft() throws IOException {
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
        Awaitility.await().until(() -> !isAnySending());
        assertThat(lake.statistics().quarantinedCalls()).isZero();
        try (Stream<Path> files = Files.walk(spill)) {
            assertThat(files.filter(file -> file.toString().contains("datlake-answer")))
                    .isEmpty();
        }
    }

    @Test
    void a_client_that_leaves_within_its_answer_was_logged_as_an_unexpected_failure() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(ApiServer.class.getPackageName());
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            try (Socket socket = ask(SQL, "application/x-ndjson")) {
                assertThat(new String(read(socket, 12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
            }
            Awaitility.await().until(() -> !lines.list.isEmpty());
            assertThat(lines.list.get(0).getMessage()).isEqualTo("an answer breaks off");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-ndjson", "application/vnd.apache.parquet"})
    void a_client_that_reads_nothing_loses_its_place_and_its_statement(String accept) throws IOException {
        // Numbers of no order, because a Parquet file of others would be small.
        String sql = SQL.replace("repeat('x', 1000)", "[hash(i + k) FOR k IN range(125)]");
        int before = FINISHED.get();
        try (Socket socket = ask(sql, accept)) {
            assertThat(new String(read(socket, 12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");

            Awaitility.await()
                    .atMost(PATIENCE.multipliedBy(8))
                    .untilAsserted(() -> assertThat(status("SELECT 1")).isEqualTo("200"));
            assertThat(FINISHED.get()).isEqualTo(before + 2);
            assertNothingIsLeft();
            assertThat(readToEnd(socket)).isBetween(1L, ROWS * 1000 - 1);
        }
    }

    /** A connection that is cut may end in an error, which is an end, too. */
    private static long readToEnd(Socket socket) {
        long read = 0;
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                read += n;
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return read;
    }

    /** The kernel has the server wait until a good part of the buffer between the two is free, which may be megabytes. */
    @Test
    void a_client_that_reads_slowly_but_steadily_gets_all_of_its_answer() throws IOException {
        ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        try (Socket socket = ask(SQL, "application/x-ndjson")) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            long began = System.nanoTime();
            Future<?> reading = pace.scheduleAtFixedRate(
                    () -> {
                        byte[] part = read(socket, STEP);
                        answer.writeBytes(part);
                        if (part.length < STEP) {
                            throw new CancellationException("this was the end");
                        }
                    },
                    0,
                    50,
                    TimeUnit.MILLISECONDS);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(reading::isDone);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(PATIENCE.multipliedBy(2));
            assertThat(answer.toString(StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("{\"i\":" + (ROWS - 1) + ",")
                    .endsWith("\r\n0\r\n\r\n");
        } finally {
            pace.shutdownNow();
        }
    }

    private static byte[] read(Socket socket, int most) {
        try {
            return socket.getInputStream().readNBytes(most);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
