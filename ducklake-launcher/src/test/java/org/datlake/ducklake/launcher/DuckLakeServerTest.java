package org.datlake.ducklake.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DuckLakeServerTest {

    /** The pool that CompletableFuture uses by itself has a single thread on a small machine. */
    private static final Executor A_THREAD_EACH = work -> new Thread(work).start();

    /** Makes queries slow, from the moment it is told to until it is released. */
    private static final class Brake implements DuckLakeListener {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean on;

        @Override
        public void on(DuckLakeEvent event) {
            boolean request = Thread.currentThread().getName().startsWith("JettyServerThreadPool");
            if (on && request && event instanceof DuckLakeEvent.QueryFinished) {
                reached.countDown();
                try {
                    assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void stopping_takes_no_new_request_lets_running_ones_end_then_closes_the_lake(@TempDir Path directory)
            throws Exception {
        Brake brake = new Brake();
        RunningServer server = RunningServer.start(directory, Map.of(), brake);
        server.awaitReady();
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        HttpClient client = HttpClient.newHttpClient();
        brake.on = true;
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(server.request("/api/v1/tables").build(), BodyHandlers.ofString());
        assertThat(brake.reached.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close, A_THREAD_EACH);
        Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(() -> HttpClient.newHttpClient()
                                .send(server.request("/livez").build(), BodyHandlers.ofString()))
                        .isInstanceOf(IOException.class));
        assertThat(slow).isNotDone();
        assertThat(closing).isNotDone();

        brake.released.countDown();
        HttpResponse<String> answer = slow.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"tables\":[]");
        closing.get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> server.lake().tables()).isInstanceOf(ClientClosedException.class);
    }

    @Test
    void in_production_others_have_a_moment_to_notice_before_anything_is_refused(@TempDir Path directory)
            throws Exception {
        Map<String, String> production = Map.of(
                "ENVIRONMENT", "production",
                "STORAGE_MINIO_ENDPOINT", "https://127.0.0.1:" + RunningServer.freePort(),
                "STORAGE_MINIO_ACCESS_KEY", "key",
                "STORAGE_MINIO_SECRET_KEY", "secret");
        RunningServer server = RunningServer.start(directory, production);
        assertThat(server.get("/health/ready").body()).doesNotContain("shutting down");

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close, A_THREAD_EACH);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> server.get("/health/ready").body().contains("shutting down"));
        assertThat(server.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(server.get("/config/summary").statusCode()).isEqualTo(200);
        closing.get(30, TimeUnit.SECONDS);
    }

    @Test
    void closing_twice_does_no_harm_and_ends_the_wait(@TempDir Path directory) throws Exception {
        RunningServer server = RunningServer.start(directory, Map.of());
        server.close();
        server.close();
        server.server().awaitEnd();
    }

    @Test
    void a_port_that_is_taken_is_an_error_that_leaves_nothing_running(@TempDir Path directory) throws Exception {
        try (RunningServer first = RunningServer.ready(directory, Map.of())) {
            Map<String, String> same = Map.of("SERVER_PORT", Integer.toString(first.port()));
            assertThatThrownBy(() -> RunningServer.start(directory.resolve("other"), same))
                    .hasMessageContaining(Integer.toString(first.port()));
        }
    }
}
