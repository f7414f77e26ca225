package org.datlake.ducklake.it.raw;

import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import io.minio.errors.MinioException;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.StorageSettings;

/** Keys of a session that may do less than the keys it comes from. */
final class SessionKeys {

    private static final int SECONDS = (int) TimeUnit.HOURS.toSeconds(1);

    private SessionKeys() {}

    /** Returns keys that may read, list and write the objects of the bucket, but not delete any. */
    static Credentials withoutDelete(StorageSettings.S3 storage) throws MinioException {
        String policy = """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                 "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetBucketLocation",
                            "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
                 "Resource": ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"]}]}
                """.replace("BUCKET", storage.bucket());
        return new AssumeRoleProvider(
                        storage.endpointUri().toString(),
                        storage.accessKey(),
                        storage.secretKey().reveal(),
                        SECONDS,
                        policy,
                        storage.region(),
                        null,
                        null,
                        null,
                        null)
                .fetch();
    }
}
