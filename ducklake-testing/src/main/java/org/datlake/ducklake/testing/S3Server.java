package org.datlake.ducklake.testing;

import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.RemoveBucketArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.EOFException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.internal.Ports;
import org.datlake.ducklake.testing.internal.Readiness;
import org.datlake.ducklake.testing.internal.SelfSignedCertificate;
import org.datlake.ducklake.testing.internal.ServerProcess;
import org.datlake.ducklake.testing.internal.Servers;
import org.jspecify.annotations.Nullable;

/**
 * An S3-compatible store (MinIO), in a container or as a process, always on the same port. Safe for use by several
 * threads, except for what starts and stops it.
 */
public final class S3Server implements AutoCloseable {

    private static final String ACCESS_KEY = "lakeadmin";
    private static final int PROBE_MILLIS = 2000;
    private static @Nullable S3Server shared;

    private final Secret secretKey = Secret.of(UUID.randomUUID().toString());
    private final int port = Ports.free();
    private final ServerProcess process;

    private final boolean tls;

    /** Kept, because making one reads all certificates of the machine. */
    private @Nullable MinioClient kept;

    private S3Server(boolean tls) {
        this.tls = tls;
        process = Servers.minio(port, ACCESS_KEY, secretKey.reveal(), tls ? SelfSignedCertificate.create() : null);
        start();
    }

    /** Returns the server that all tests of this JVM share; the first call starts it. Leave it running. */
    public static synchronized S3Server shared() {
        S3Server server = shared;
        if (server == null) {
            server = new S3Server(false);
            shared = server;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "minio-stop"));
        }
        return server;
    }

    /** Starts a server of one's own, for tests that stop, kill or freeze it; to be closed. */
    public static S3Server launch() {
        return new S3Server(false);
    }

    /** Starts a server of one's own that speaks TLS with a certificate that nobody trusts; to be closed. */
    public static S3Server launchWithTls() {
        return new S3Server(true);
    }

    /** Returns host and port, without a scheme. */
    public String endpoint() {
        return process.host() + ":" + port;
    }

    /** Returns the access key of the server's administrator. */
    public String accessKey() {
        return ACCESS_KEY;
    }

    /** Returns the secret key of the server's administrator. */
    public Secret secretKey() {
        return secretKey;
    }

    /** Describes a bucket that does not exist yet, with the administrator's keys. */
    public StorageSettings.S3 newBucket() {
        return StorageSettings.S3
                .builder("http://" + endpoint(), "lake-" + UUID.randomUUID())
                .credentials(ACCESS_KEY, secretKey)
                // MinIO encrypts by itself only with a key server beside it.
                .bucketEncryption(false)
                .build();
    }

    /** Creates a bucket. */
    public void createBucket(String bucket) {
        try {
            keptClient().makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        } catch (MinioException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the names of the objects in a bucket; none if there is no such bucket. */
    public List<String> objects(String bucket) {
        List<String> names = new ArrayList<>();
        try {
            for (Result<Item> item : keptClient()
                    .listObjects(ListObjectsArgs.builder()
                            .bucket(bucket)
                            .recursive(true)
                            .build())) {
                names.add(item.get().objectName());
            }
        } catch (MinioException e) {
            if (!isMissingBucket(e)) {
                throw new IllegalStateException(e);
            }
        }
        return names;
    }

    /** Removes a bucket with everything in it, older versions too; does nothing if there is no such bucket. */
    public void removeBucket(String bucket) {
        MinioClient s3 = keptClient();
        try {
            for (Result<Item> result : s3.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .recursive(true)
                    .includeVersions(true)
                    .build())) {
                Item item = result.get();
                s3.removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket)
                        .object(item.objectName())
                        .versionId(item.versionId())
                        .build());
            }
            s3.removeBucket(RemoveBucketArgs.builder().bucket(bucket).build());
        } catch (MinioException e) {
            if (!isMissingBucket(e)) {
                throw new IllegalStateException(e);
            }
        }
    }

    private synchronized MinioClient keptClient() {
        MinioClient client = kept;
        if (client == null) {
            client = client();
            kept = client;
        }
        return client;
    }

    /** Returns a new S3 client with the administrator's keys, to look behind the lake. */
    public MinioClient client() {
        return MinioClient.builder()
                .endpoint("http://" + endpoint())
                .credentials(ACCESS_KEY, secretKey.reveal())
                .build();
    }

    /** Starts the server again after {@link #stop} or {@link #kill}, and waits until it accepts requests. */
    public void start() {
        process.start();
        Readiness.await("MinIO", process, this::probe);
    }

    /** Shuts the server down as an administrator would; its data stays. */
    public void stop() {
        process.stop();
    }

    /** Ends the server as a crash would; its data stays. */
    public void kill() {
        process.kill();
    }

    /** Stops the server from running while its connections stay open, as a hanging disk would. */
    public void freeze() {
        process.freeze();
    }

    /** Ends a {@link #freeze}. */
    public void thaw() {
        process.thaw();
    }

    /** Ends the server and removes its data. */
    @Override
    public void close() {
        process.close();
    }

    private void probe() throws IOException {
        if (tls) {
            probeTls();
            return;
        }
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + endpoint() + "/minio/health/live")
                .toURL()
                .openConnection();
        connection.setConnectTimeout(PROBE_MILLIS);
        connection.setReadTimeout(PROBE_MILLIS);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("answered with status " + connection.getResponseCode());
            }
        } finally {
            connection.disconnect();
        }
    }

    /** That it listens says nothing: in front of a container, Docker does so before the server does. */
    private void probeTls() throws IOException {
        try (SSLSocket socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket(process.host(), port)) {
            socket.setSoTimeout(PROBE_MILLIS);
            socket.startHandshake();
        } catch (SSLHandshakeException e) {
            if (e.getCause() instanceof EOFException) {
                throw e;
            }
            // It has shown its certificate, which nobody trusts.
        }
    }

    private static boolean isMissingBucket(MinioException failure) {
        return failure instanceof ErrorResponseException answer
                && answer.errorResponse().code().equals("NoSuchBucket");
    }
}
