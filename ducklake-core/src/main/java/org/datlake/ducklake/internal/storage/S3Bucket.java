package org.datlake.ducklake.internal.storage;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SetBucketEncryptionArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.SseConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bucket of an S3-compatible store. */
final class S3Bucket implements Storage {

    private static final Logger LOG = LoggerFactory.getLogger(S3Bucket.class);
    private static final byte[] PROBE = "datlake probe".getBytes(StandardCharsets.US_ASCII);
    private static final String PROBE_NAME = ".datlake-probe";

    private final StorageSettings.S3 settings;
    private final S3Errors errors;
    private @Nullable ExecutorService threads;
    private @Nullable MinioClient client;
    private @Nullable OkHttpClient http;
    private volatile boolean mayDelete = true;

    S3Bucket(StorageSettings.S3 settings) {
        this.settings = settings;
        this.errors = new S3Errors(settings);
    }

    /** Made at first use, because its classes take a while to load. */
    private synchronized MinioClient client(Duration timeout) {
        MinioClient made = client;
        if (made == null) {
            // The client's own threads would keep the JVM alive for a minute after the last request.
            ExecutorService daemons = new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                        Thread thread = new Thread(work, "datlake-s3");
                        thread.setDaemon(true);
                        return thread;
                    });
            OkHttpClient calls = new OkHttpClient.Builder()
                    .dispatcher(new Dispatcher(daemons))
                    .retryOnConnectionFailure(true)
                    .build();
            made = MinioClient.builder()
                    .endpoint(settings.endpointUri().toString())
                    .region(settings.region())
                    .credentials(settings.accessKey(), settings.secretKey().reveal())
                    .httpClient(calls, true)
                    .build();
            threads = daemons;
            http = calls;
            client = made;
        }
        made.setTimeout(timeout.toMillis(), timeout.toMillis(), timeout.toMillis());
        return made;
    }

    @Override
    public List<String> prepare(Duration timeout) throws EngineFailure {
        MinioClient s3 = client(timeout);
        List<String> warnings = new ArrayList<>();
        ensureBucket(s3);
        String folder = folder(settings);
        String unique = folder + PROBE_NAME + "-" + UUID.randomUUID();
        // Deleting what is not there tells whether the key may delete, and a key that may not is fine, and even
        // recommended for writers: then one name is used again and again, so that probes do not pile up.
        mayDelete = delete(s3, unique);
        String object = mayDelete ? unique : folder + PROBE_NAME;
        write(s3, object);
        read(s3, object);
        list(s3, object);
        if (mayDelete) {
            delete(s3, object);
        }
        if (settings.bucketEncryption()) {
            encryptBucket(s3, warnings);
        }
        return warnings;
    }

    /** Returns what the names of all objects of the lake begin with. */
    static String folder(StorageSettings.S3 settings) {
        return settings.prefix().isEmpty() ? "" : settings.prefix() + "/";
    }

    /** Says whether an object was written to find out whether the bucket can be used. */
    static boolean isProbe(StorageSettings.S3 settings, String object) {
        return object.startsWith(folder(settings) + PROBE_NAME);
    }

    @Override
    public StoredFiles files(Duration timeout) {
        client(timeout);
        OkHttpClient calls = Objects.requireNonNull(http, "http");
        // With timeouts of its own: those of the shared client are as short as the last probe of health wanted them.
        OkHttpClient patient = calls.newBuilder()
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
        MinioClient s3 = MinioClient.builder()
                .endpoint(settings.endpointUri().toString())
                .region(settings.region())
                .credentials(settings.accessKey(), settings.secretKey().reveal())
                .httpClient(patient, false)
                .build();
        return new S3Files(settings, errors, s3);
    }

    @Override
    public @Nullable SessionKey keyWithoutDelete(Duration timeout) {
        client(timeout);
        OkHttpClient calls = http;
        return calls == null ? null : new S3SessionKeys(settings).fetch(calls, timeout);
    }

    @Override
    public boolean mayDelete() {
        return mayDelete;
    }

    @Override
    public void probe(Duration timeout) throws EngineFailure {
        try {
            boolean exists = ask(() -> client(timeout)
                    .bucketExists(
                            BucketExistsArgs.builder().bucket(settings.bucket()).build()));
            if (!exists) {
                throw new EngineFailure(errors.missingBucket());
            }
        } catch (MinioException e) {
            throw errors.failure("answer", e);
        }
    }

    private void ensureBucket(MinioClient s3) throws EngineFailure {
        boolean exists;
        try {
            exists = ask(() -> s3.bucketExists(
                    BucketExistsArgs.builder().bucket(settings.bucket()).build()));
        } catch (MinioException e) {
            if (S3Errors.code(e).equals("AccessDenied")) {
                // The key may use the bucket but not ask for it; the probe object will tell.
                return;
            }
            throw errors.failure("say whether the bucket exists", e);
        }
        if (exists) {
            return;
        }
        if (!settings.createBucket()) {
            throw new EngineFailure(errors.missingBucket());
        }
        try {
            ask(() -> {
                s3.makeBucket(MakeBucketArgs.builder()
                        .bucket(settings.bucket())
                        .region(settings.region())
                        .build());
                return true;
            });
        } catch (MinioException e) {
            String code = S3Errors.code(e);
            if (!code.equals("BucketAlreadyOwnedByYou")) {
                throw errors.failure("create the missing bucket", e);
            }
        }
    }

    private void write(MinioClient s3, String object) throws EngineFailure {
        try {
            ask(() -> s3.putObject(PutObjectArgs.builder()
                    .bucket(settings.bucket())
                    .object(object)
                    .data(PROBE, PROBE.length)
                    .build()));
        } catch (MinioException e) {
            throw errors.failure("write " + object, e);
        }
    }

    private void read(MinioClient s3, String object) throws EngineFailure {
        try (InputStream in = ask(() -> s3.getObject(
                GetObjectArgs.builder().bucket(settings.bucket()).object(object).build()))) {
            if (!Arrays.equals(in.readAllBytes(), PROBE)) {
                throw new EngineFailure(errors.broken("read back " + object + " as it was written"));
            }
        } catch (MinioException e) {
            throw errors.failure("read " + object, e);
        } catch (IOException e) {
            throw errors.failure("read " + object, new MinioException(e));
        }
    }

    private void list(MinioClient s3, String object) throws EngineFailure {
        try {
            for (Result<Item> found : s3.listObjects(ListObjectsArgs.builder()
                    .bucket(settings.bucket())
                    .prefix(object)
                    .build())) {
                if (ask(found::get).objectName().equals(object)) {
                    return;
                }
            }
        } catch (MinioException e) {
            throw errors.failure("list " + object, e);
        }
        throw new EngineFailure(errors.broken("list " + object + " after it was written"));
    }

    /** Deletes an object, which need not exist; says whether the key may. */
    private boolean delete(MinioClient s3, String object) throws EngineFailure {
        try {
            return ask(() -> {
                s3.removeObject(RemoveObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(object)
                        .build());
                return true;
            });
        } catch (MinioException e) {
            if (S3Errors.code(e).equals("AccessDenied")) {
                return false;
            }
            throw errors.failure("delete " + object, e);
        }
    }

    private void encryptBucket(MinioClient s3, List<String> warnings) throws EngineFailure {
        try {
            ask(() -> {
                s3.setBucketEncryption(SetBucketEncryptionArgs.builder()
                        .bucket(settings.bucket())
                        .config(SseConfiguration.newConfigWithSseS3Rule())
                        .build());
                return true;
            });
        } catch (MinioException e) {
            if (!(e instanceof ErrorResponseException)) {
                throw errors.failure("encrypt the bucket", e);
            }
            warnings.add("the store does not encrypt the bucket '" + settings.bucket() + "' by itself ("
                    + S3Errors.code(e) + ": MinIO needs a KMS key for it); data files are as safe as DuckLake's own "
                    + "encryption makes them");
        }
    }

    /** Sends a request; the client lets some I/O errors out as an IllegalStateException. */
    static <T> T ask(Request<T> request) throws MinioException {
        try {
            return request.send();
        } catch (IllegalStateException e) {
            throw new MinioException(e);
        }
    }

    @FunctionalInterface
    interface Request<T> {
        T send() throws MinioException;
    }

    @Override
    public synchronized void close() {
        MinioClient open = client;
        ExecutorService running = threads;
        client = null;
        http = null;
        if (open != null) {
            try {
                open.close();
            } catch (Exception e) {
                // It only drops idle connections, and nothing can be done about one that does not want to go.
                LOG.debug("closing the S3 client failed", e);
            }
        }
        if (running != null) {
            running.shutdownNow();
        }
    }
}
