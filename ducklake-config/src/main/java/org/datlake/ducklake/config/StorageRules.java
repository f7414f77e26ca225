package org.datlake.ducklake.config;

import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_S3_ENCRYPTION;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MAINTENANCE_ACCESS_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MAINTENANCE_SECRET_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_ACCESS_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_ENDPOINT;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_SECRET_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_SECURE;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;

/** What the STORAGE_* names mean together. */
final class StorageRules {

    private final ConfigTree tree;
    private final CheckedValues values;
    private final Findings findings;
    private final Path workingDirectory;

    StorageRules(ConfigTree tree, CheckedValues values, Findings findings, Path workingDirectory) {
        this.tree = tree;
        this.values = values;
        this.findings = findings;
        this.workingDirectory = workingDirectory;
    }

    /**
     * Where data files live.
     *
     * @param write for reading and writing
     * @param maintenance the same place with the key that may delete
     */
    record Storage(StorageSettings write, StorageSettings maintenance) {}

    /** Returns where data files live; empty only if a problem was found. */
    Optional<Storage> storage() {
        if (!values.isGiven(STORAGE_MINIO_ENDPOINT)) {
            return local();
        }
        for (ConfigKey key : List.of(STORAGE_MINIO_ACCESS_KEY, STORAGE_MINIO_SECRET_KEY)) {
            if (!values.isGiven(key)) {
                findings.problem(key + ": missing, but STORAGE_MINIO_ENDPOINT is set"
                        + (key.kind().secret() ? ": give it, or a file in " + key.fileName() : ""));
            }
        }
        requireMaintenancePair();
        ConfigTree.Storage storage = tree.storage();
        if (storage.endpoint().isEmpty()
                || storage.accessKey().isEmpty()
                || storage.secretKey().isEmpty()) {
            return Optional.empty();
        }
        String endpoint = storage.endpoint().get();
        boolean secure = secure(endpoint);
        boolean sse = bucketEncryption();
        Secret secretKey =
                values.following(STORAGE_MINIO_SECRET_KEY, storage.secretKey().get());
        return findings.attempt(() -> {
            StorageSettings write =
                    s3(endpoint, secure, sse, storage.accessKey().get(), secretKey);
            return new Storage(write, maintenance(endpoint, secure, sse).orElse(write));
        });
    }

    private Optional<Storage> local() {
        for (ConfigKey key : List.of(
                STORAGE_MINIO_ACCESS_KEY,
                STORAGE_MINIO_SECRET_KEY,
                STORAGE_MAINTENANCE_ACCESS_KEY,
                STORAGE_MAINTENANCE_SECRET_KEY)) {
            if (values.isGiven(key)) {
                findings.problem(key + ": given without STORAGE_MINIO_ENDPOINT: set the endpoint too, or leave the keys"
                        + " out for local files");
            }
        }
        if (isProduction()) {
            findings.problem(STORAGE_MINIO_ENDPOINT + ": missing, but ENVIRONMENT=production keeps data in s3:// only:"
                    + " set it, or use ENVIRONMENT=development for local files");
        }
        if (tree.features().s3Encryption().orElse(false)) {
            findings.warning("FEATURE_ENABLE_S3_ENCRYPTION has no effect: STORAGE_MINIO_ENDPOINT is not set");
        }
        findings.derived(FEATURE_ENABLE_S3_ENCRYPTION, false);
        Path home = workingDirectory.resolve(tree.lake().path());
        StorageSettings files = StorageSettings.local(home.resolve("files"));
        return Optional.of(new Storage(files, files));
    }

    private StorageSettings s3(String endpoint, boolean secure, boolean sse, String accessKey, Secret secretKey) {
        return StorageSettings.S3
                .builder(endpoint, tree.storage().bucket())
                .secure(secure)
                .bucketEncryption(sse)
                .prefix(tree.storage().prefix().orElse(""))
                .region(tree.storage().region())
                .credentials(accessKey, secretKey)
                .build();
    }

    private Optional<StorageSettings> maintenance(String endpoint, boolean secure, boolean sse) {
        Optional<Secret> secretKey = tree.storage()
                .maintenanceSecretKey()
                .map(value -> values.following(STORAGE_MAINTENANCE_SECRET_KEY, value));
        return tree.storage()
                .maintenanceAccessKey()
                .flatMap(accessKey -> secretKey.map(secret -> s3(endpoint, secure, sse, accessKey, secret)));
    }

    private void requireMaintenancePair() {
        boolean accessKey = values.isGiven(STORAGE_MAINTENANCE_ACCESS_KEY);
        boolean secretKey = values.isGiven(STORAGE_MAINTENANCE_SECRET_KEY);
        if (accessKey != secretKey) {
            ConfigKey missing = accessKey ? STORAGE_MAINTENANCE_SECRET_KEY : STORAGE_MAINTENANCE_ACCESS_KEY;
            ConfigKey present = accessKey ? STORAGE_MAINTENANCE_ACCESS_KEY : STORAGE_MAINTENANCE_SECRET_KEY;
            findings.problem(missing + ": missing, but " + present + " is set: give both or none");
        }
    }

    private boolean secure(String endpoint) {
        String lower = endpoint.toLowerCase(Locale.ROOT);
        boolean http = lower.startsWith("http://");
        boolean https = lower.startsWith("https://");
        Optional<Boolean> given = tree.storage().secure();
        boolean secure = given.orElse(https || isProduction());
        if (given.isEmpty() && http && isProduction()) {
            findings.problem(STORAGE_MINIO_ENDPOINT + ": starts with http://, but ENVIRONMENT=production needs TLS: use"
                    + " https://, or accept plain text with STORAGE_MINIO_SECURE=false");
        } else if ((secure && http) || (!secure && https)) {
            findings.problem(
                    STORAGE_MINIO_SECURE + "=" + secure + " contradicts STORAGE_MINIO_ENDPOINT, which starts with "
                            + (http ? "http://" : "https://") + ": leave one out");
        } else if (!secure && isProduction()) {
            findings.warning("plain text to the object store: STORAGE_MINIO_SECURE=false");
        }
        if (given.isEmpty()) {
            findings.derived(STORAGE_MINIO_SECURE, secure);
        }
        // The core compares the scheme again; a contradiction was reported above in our names.
        return https || (secure && !http);
    }

    private boolean bucketEncryption() {
        Optional<Boolean> given = tree.features().s3Encryption();
        if (given.isEmpty()) {
            findings.derived(FEATURE_ENABLE_S3_ENCRYPTION, true);
        }
        return given.orElse(true);
    }

    private boolean isProduction() {
        return tree.environment() == DuckLakeConfig.Environment.PRODUCTION;
    }
}
