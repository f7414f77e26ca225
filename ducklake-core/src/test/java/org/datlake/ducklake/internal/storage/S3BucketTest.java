package org.datlake.ducklake.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.junit.jupiter.api.Test;

class S3BucketTest {

    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private static final byte[] TLS_ALERT_HANDSHAKE_FAILURE = {0x15, 3, 3, 0, 2, 2, 40};

    @Test
    void a_store_that_hangs_up_on_plain_http_was_not_known_as_one_that_speaks_tls() throws Exception {
        EngineFailure failure = prepareAgainst(true);

        assertThat(failure).hasMessageContaining("https://").hasMessageContaining("TLS");
    }

    @Test
    void a_store_that_hangs_up_on_everything_cuts_the_connection() throws Exception {
        EngineFailure failure = prepareAgainst(false);

        assertThat(failure).hasMessageContaining("cut the connection");
    }

    private static EngineFailure prepareAgainst(boolean tls) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            new Thread(() -> serve(server, tls), "store").start();
            StorageSettings.S3 settings = StorageSettings.S3
                    .builder("http://localhost:" + server.getLocalPort(), "lake")
                    .credentials("key", Secret.of("secret"))
                    .build();
            S3Bucket bucket = new S3Bucket(settings);
            try {
                return catchThrowableOfType(EngineFailure.class, () -> bucket.prepare(Duration.ofSeconds(10)));
            } finally {
                bucket.close();
            }
        }
    }

    /** Answers a TLS handshake with an alert, and resets every other connection, as a server under load does. */
    private static void serve(ServerSocket server, boolean tls) {
        byte[] request = new byte[16_384];
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                int length = connection.getInputStream().read(request);
                if (tls && length > 0 && request[0] == TLS_HANDSHAKE_RECORD) {
                    connection.getOutputStream().write(TLS_ALERT_HANDSHAKE_FAILURE);
                } else {
                    connection.setSoLinger(true, 0);
                }
            } catch (IOException e) {
                // The test ended, or the client went away: what it saw is what counts.
            }
        }
    }
}
