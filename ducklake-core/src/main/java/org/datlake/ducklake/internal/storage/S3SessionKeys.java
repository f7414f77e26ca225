package org.datlake.ducklake.internal.storage;

import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import io.minio.errors.MinioException;
import java.time.Duration;
import java.time.Instant;
import okhttp3.OkHttpClient;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store's token service (STS, AssumeRole with an inline policy) for keys that may do everything that DuckLake
 * needs except delete. MinIO grants them to every user; other stores may not.
 */
final class S3SessionKeys {

    private static final Logger LOG = LoggerFactory.getLogger(S3SessionKeys.class);
    private static final Duration LIFETIME = Duration.ofHours(12);

    private final StorageSettings.S3 settings;

    S3SessionKeys(StorageSettings.S3 settings) {
        this.settings = settings;
    }

    /** Returns a key, or null if the store gives none. */
    @Nullable SessionKey fetch(OkHttpClient http, Duration timeout) {
        OkHttpClient patient = http.newBuilder()
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                .build();
        try {
            Credentials key = new AssumeRoleProvider(
                            settings.endpointUri().toString(),
                            settings.accessKey(),
                            settings.secretKey().reveal(),
                            (int) LIFETIME.toSeconds(),
                            policy(),
                            settings.region(),
                            null,
                            null,
                            null,
                            patient)
                    .fetch();
            String token = key.sessionToken();
            if (token == null || token.isEmpty()) {
                return null;
            }
            return new SessionKey(
                    key.accessKey(),
                    Secret.of(key.secretKey()),
                    Secret.of(token),
                    Instant.now().plus(LIFETIME));
        } catch (MinioException | RuntimeException e) {
            // The SDK wraps what the service answers, or a connection that fails, in either of the two.
            LOG.debug(
                    "the store gives no key without the right to delete: {}",
                    e.getClass().getSimpleName());
            return null;
        }
    }

    private String policy() {
        String objects = settings.bucket() + "/" + (settings.prefix().isEmpty() ? "" : settings.prefix() + "/") + "*";
        return """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Resource": ["arn:aws:s3:::%s"], "Action": [
                    "s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]},
                  {"Effect": "Allow", "Resource": ["arn:aws:s3:::%s"], "Action": [
                    "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]}]}""".formatted(settings.bucket(), objects);
    }
}
