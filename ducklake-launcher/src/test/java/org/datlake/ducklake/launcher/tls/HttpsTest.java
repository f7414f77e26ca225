package org.datlake.ducklake.launcher.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with a certificate, as its callers see it. */
class HttpsTest {

    @TempDir
    private Path directory;

    private CertificateFiles files;
    private SSLContext trust;

    @BeforeEach
    void makeCertificate() throws Exception {
        files = new CertificateFiles(directory);
        trust = files.renew();
    }

    @Test
    void with_a_certificate_the_server_speaks_https_only() throws Exception {
        try (RunningServer server = RunningServer.start(directory, files.environment())) {
            String url = server.url();

            assertThat(url).startsWith("https://localhost:");
            assertThat(status(url, trust)).isEqualTo(200);
            assertThatThrownBy(() -> status(url.replace("https:", "http:"), trust))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_renewed_certificate_is_shown_without_a_restart() throws Exception {
        try (RunningServer server = RunningServer.start(directory, files.environment())) {
            String url = server.url();
            assertThat(status(url, trust)).isEqualTo(200);

            SSLContext renewed = files.renew();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreException(SSLHandshakeException.class)
                    .until(() -> status(url, renewed) == 200);
            assertThatThrownBy(() -> status(url, trust)).isInstanceOf(SSLHandshakeException.class);
        }
    }

    /** Over TLS, too, a slow statement is watched by reading from its connection. */
    @Test
    void a_slow_statement_is_answered_whole_and_cancelled_when_its_caller_hangs_up() throws Exception {
        try (RunningServer server = RunningServer.start(directory, files.environment())) {
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(DuckLakeException.class)
                    .until(() -> server.lake().newestSnapshotId() >= 0);
            HttpClient client = HttpClient.newBuilder().sslContext(trust).build();
            String slow = "SELECT sum(sin(i)) > 0, count(*) FROM range(60000000) t(i)";
            assertThat(client.send(query(server.url(), slow), BodyHandlers.ofString())
                            .body())
                    .contains("60000000]],\"rowCount\":1}");

            String endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";
            CompletableFuture<?> asked = client.sendAsync(query(server.url(), endless), BodyHandlers.discarding());
            Awaitility.await().until(() -> server.lake().statistics().runningCalls() > 0);
            asked.cancel(true);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> server.lake().statistics().runningCalls() == 0);
        }
    }

    private static HttpRequest query(String url, String sql) {
        return HttpRequest.newBuilder(URI.create(url + "/api/v1/query"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"sql\": \"" + sql + "\"}"))
                .build();
    }

    @Test
    void a_certificate_that_cannot_be_used_stops_the_start_and_is_named() throws Exception {
        Files.writeString(files.key(), "no key");
        assertRefused("SERVER_TLS_KEY: there is no private key");

        String certificate = Files.readString(files.certificate());
        files.renew();
        Files.writeString(files.certificate(), certificate);
        assertRefused("SERVER_TLS_KEY: is not the key of SERVER_TLS_CERTIFICATE");

        Files.writeString(files.certificate(), "nothing");
        assertRefused("SERVER_TLS_CERTIFICATE: is not a certificate");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> RunningServer.start(directory, files.environment()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(reason);
    }

    /** Asks on a new connection. */
    private static int status(String url, SSLContext trust) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .sslContext(trust)
                .build()
                .send(HttpRequest.newBuilder(URI.create(url + "/livez")).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
