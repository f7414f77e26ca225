package org.datlake.ducklake.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Finds out whether a server wants TLS, which one that got plain HTTP may tell or may just hang up on. */
final class TlsProbe {

    private static final int HTTPS_PORT = 443;

    private TlsProbe() {}

    /**
     * Returns whether a TLS handshake with the endpoint gets a TLS answer, if only a refusal. A server that does not
     * answer within the timeout counts as one that does not speak TLS.
     */
    static boolean speaksTls(URI endpoint, Duration timeout) {
        int port = endpoint.getPort() < 0 ? HTTPS_PORT : endpoint.getPort();
        int millis = Math.toIntExact(timeout.toMillis());
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(endpoint.getHost(), port), millis);
            plain.setSoTimeout(millis);
            try (SSLSocket tls = (SSLSocket) factory.createSocket(plain, endpoint.getHost(), port, true)) {
                tls.startHandshake();
                return true;
            }
        } catch (SSLHandshakeException e) {
            // A server that hung up said nothing; any other reason is about what it said in TLS.
            return !(e.getCause() instanceof EOFException);
        } catch (IOException e) {
            return false;
        }
    }
}
