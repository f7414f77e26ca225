package org.datlake.ducklake.launcher.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.config.DuckLakeConfig.ServerTls;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the HTTP server shows, and its key. Both are read again every few seconds; a new pair is shown to
 * connections from then on, and one that is not right is reported and not used. Thread-safe.
 */
public final class ServerIdentity implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);
    private static final long SECONDS_BETWEEN_LOOKS = 5;

    private final ServerTls source;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Texts shown;
    private @Nullable Texts refused;

    /**
     * Reads both.
     *
     * @throws ConfigurationException if they cannot be read, or do not belong together
     */
    public ServerIdentity(ServerTls source) {
        this.source = source;
        this.shown = Texts.read(source);
        factory.setKeyStore(shown.keyStore());
        // The pair is the only one in the store, which never leaves memory.
        factory.setKeyStorePassword("");
        Thread watch = new Thread(this::watch, "ducklake-certificate");
        watch.setDaemon(true);
        watch.start();
    }

    /** Makes what accepts connections by HTTPS. */
    public Connector connector(Server jetty, HttpConfiguration http, String host, int port) {
        HttpConfiguration https = new HttpConfiguration(http);
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        // Forwarded ports and addresses are other names than the certificate's; callers check it, not we.
        customizer.setSniHostCheck(false);
        https.addCustomizer(customizer);
        ServerConnector connector = new ServerConnector(jetty, factory, new HttpConnectionFactory(https));
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }

    private void watch() {
        try {
            while (!closed.await(SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        Texts now = null;
        try {
            now = Texts.read(source);
            if (now.equals(shown) || now.equals(refused)) {
                return;
            }
            KeyStore store = now.keyStore();
            factory.reload(reloaded -> reloaded.setKeyStore(store));
            shown = now;
            refused = null;
            LOG.info("a new certificate is shown to callers");
        } catch (Exception e) {
            // Half of a pair may be new already, or a file gone for a moment; each look may find it mended.
            refused = now;
            LOG.warn("the certificate for callers stays the old one: {}", e.getMessage());
        }
    }

    /** Stops to look for new ones. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** A pair, as it is written. */
    private record Texts(String certificate, String key) {

        static Texts read(ServerTls source) {
            return new Texts(source.certificate().reveal(), source.key().reveal());
        }

        KeyStore keyStore() {
            List<X509Certificate> certificates = certificates();
            PrivateKey privateKey = privateKey();
            if (!belongTogether(privateKey, certificates.get(0))) {
                throw new ConfigurationException("SERVER_TLS_KEY: is not the key of SERVER_TLS_CERTIFICATE");
            }
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("server", privateKey, new char[0], certificates.toArray(Certificate[]::new));
                return store;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private List<X509Certificate> certificates() {
            try {
                return Pem.certificates(certificate);
            } catch (CertificateException e) {
                throw new ConfigurationException("SERVER_TLS_CERTIFICATE: is not a certificate in PEM form; make sure"
                        + " that it begins with -----BEGIN CERTIFICATE-----");
            }
        }

        private PrivateKey privateKey() {
            try {
                return Pem.privateKey(key);
            } catch (GeneralSecurityException e) {
                throw new ConfigurationException("SERVER_TLS_KEY: " + e.getMessage());
            }
        }

        private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "EdDSA";
            };
            byte[] sample = {1, 2, 3};
            try {
                Signature signing = Signature.getInstance(algorithm);
                signing.initSign(key);
                signing.update(sample);
                Signature checking = Signature.getInstance(algorithm);
                checking.initVerify(Objects.requireNonNull(certificate.getPublicKey()));
                checking.update(sample);
                return checking.verify(signing.sign());
            } catch (GeneralSecurityException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "Texts";
        }
    }
}
