package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.storage.SessionKey;
import org.datlake.ducklake.internal.storage.Storage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the engine from deleting files: lets it work with a temporary key that may not, and renews the key in time. One
 * for each instance. Thread-safe.
 */
final class FileProtection {

    private static final Logger LOG = LoggerFactory.getLogger(FileProtection.class);
    private static final String UNPROTECTED =
            "the storage key may delete objects, and the store gives no temporary key that may not: should the answer to "
                    + "a COMMIT be lost, DuckLake may delete files that the catalog points to. Use a key without the "
                    + "right s3:DeleteObject";

    private final StorageSettings settings;
    private final Storage storage;
    private final ErrorTranslator errors;
    private final DuckDbInstance instance;
    private @Nullable SessionKey key;
    private Instant renewAt = Instant.MIN;

    FileProtection(StorageSettings settings, Storage storage, ErrorTranslator errors, DuckDbInstance instance) {
        this.settings = settings;
        this.storage = storage;
        this.errors = errors;
        this.instance = instance;
    }

    /**
     * Makes sure that the engine cannot delete, unless that was done a while ago.
     *
     * @return a warning if it still can
     */
    synchronized Optional<String> ensure(Duration timeout) {
        if (!(settings instanceof StorageSettings.S3 s3)
                || !s3.deleteProtection()
                || !storage.mayDelete()
                || Instant.now().isBefore(renewAt)) {
            return Optional.empty();
        }
        SessionKey fetched = storage.keyWithoutDelete(timeout);
        if (fetched == null) {
            // Not asked again and again; an old key is good for a while yet.
            renewAt = Instant.now().plus(Duration.ofMinutes(1));
            return key == null ? Optional.of(UNPROTECTED) : Optional.empty();
        }
        errors.learn(fetched.secretKey());
        errors.learn(fetched.sessionToken());
        try {
            instance.run(AttachSql.s3Secret(s3, fetched));
        } catch (SQLException e) {
            LOG.warn(
                    "the engine did not take a storage key: {}",
                    errors.translate(e).getMessage());
            return Optional.of(UNPROTECTED);
        }
        key = fetched;
        renewAt = Instant.now()
                .plus(Duration.between(Instant.now(), fetched.expires()).dividedBy(2));
        return Optional.empty();
    }
}
