package org.datlake.ducklake.internal.storage;

import io.minio.CopyObjectArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.VersioningConfiguration;
import java.util.Optional;
import java.util.Set;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** The objects of a bucket. */
final class S3Files implements StoredFiles {

    private static final Set<String> MISSING = Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "ResourceNotFound");
    private static final Set<String> NOT_TOLD = Set.of("AccessDenied", "NotImplemented", "MethodNotAllowed");

    private final StorageSettings.S3 settings;
    private final S3Errors errors;
    private final MinioClient s3;
    private final String bucketPath;

    S3Files(StorageSettings.S3 settings, S3Errors errors, MinioClient s3) {
        this.settings = settings;
        this.errors = errors;
        this.s3 = s3;
        this.bucketPath = "s3://" + settings.bucket() + "/";
    }

    @Override
    public void list(Receiver receiver) throws EngineFailure {
        try {
            for (Result<Item> result : s3.listObjects(ListObjectsArgs.builder()
                    .bucket(settings.bucket())
                    .prefix(S3Bucket.folder(settings))
                    .recursive(true)
                    .build())) {
                Item item = S3Bucket.ask(result::get);
                // Consoles of stores mark folders by empty objects.
                if (!item.objectName().endsWith("/") && !S3Bucket.isProbe(settings, item.objectName())) {
                    receiver.accept(new StoredFile(
                            bucketPath + item.objectName(),
                            item.size(),
                            item.lastModified().toInstant()));
                }
            }
        } catch (MinioException e) {
            throw errors.failure("list the bucket", e);
        }
    }

    @Override
    public boolean reaches(String path) {
        return path.startsWith(bucketPath);
    }

    private String name(String path) {
        return path.substring(bucketPath.length());
    }

    @Override
    public Optional<StoredFile> find(String path) throws EngineFailure {
        try {
            StatObjectResponse found = S3Bucket.ask(() -> s3.statObject(StatObjectArgs.builder()
                    .bucket(settings.bucket())
                    .object(name(path))
                    .build()));
            return Optional.of(
                    new StoredFile(path, found.size(), found.lastModified().toInstant()));
        } catch (MinioException e) {
            if (MISSING.contains(S3Errors.code(e))) {
                return Optional.empty();
            }
            throw errors.failure("look at " + name(path), e);
        }
    }

    @Override
    public Optional<Boolean> keepsVersions() throws EngineFailure {
        try {
            VersioningConfiguration found = S3Bucket.ask(() -> s3.getBucketVersioning(
                    GetBucketVersioningArgs.builder().bucket(settings.bucket()).build()));
            return Optional.of(found.status() == VersioningConfiguration.Status.ENABLED);
        } catch (MinioException e) {
            if (NOT_TOLD.contains(S3Errors.code(e))) {
                return Optional.empty();
            }
            throw errors.failure("say whether it keeps versions", e);
        }
    }

    @Override
    public boolean isRestorable(String path, long bytes) throws EngineFailure {
        return version(name(path), bytes) != null;
    }

    /** Copies a version to the top: removing the delete marker above it would take a right that writers should not have. */
    @Override
    public boolean restore(String path, long bytes) throws EngineFailure {
        String object = name(path);
        String version = version(object, bytes);
        if (version == null) {
            return false;
        }
        try {
            S3Bucket.ask(() -> s3.copyObject(CopyObjectArgs.builder()
                    .bucket(settings.bucket())
                    .object(object)
                    .source(SourceObject.builder()
                            .bucket(settings.bucket())
                            .object(object)
                            .versionId(version)
                            .build())
                    .build()));
        } catch (MinioException e) {
            throw errors.failure("bring back a version of " + object, e);
        }
        return find(path).filter(file -> file.bytes() == bytes).isPresent();
    }

    /** Finds the newest version of that size. */
    private @Nullable String version(String object, long bytes) throws EngineFailure {
        try {
            // The newest version comes first; names that only begin like this one follow.
            for (Result<Item> result : s3.listObjects(ListObjectsArgs.builder()
                    .bucket(settings.bucket())
                    .prefix(object)
                    .recursive(true)
                    .includeVersions(true)
                    .build())) {
                Item item = S3Bucket.ask(result::get);
                if (item.objectName().equals(object) && !item.isDeleteMarker() && item.size() == bytes) {
                    return item.versionId();
                }
            }
            return null;
        } catch (MinioException e) {
            if (NOT_TOLD.contains(S3Errors.code(e))) {
                return null;
            }
            throw errors.failure("list the versions of " + object, e);
        }
    }
}
