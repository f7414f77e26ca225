package org.datlake.ducklake.internal.storage;

import java.time.Duration;
import java.util.List;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** The place of the data files, seen directly and not through DuckDB. Thread-safe. */
public interface Storage extends AutoCloseable {

    /** Makes the storage that settings describe; nothing is contacted yet. */
    static Storage of(StorageSettings settings) {
        if (settings instanceof StorageSettings.S3 s3) {
            return new S3Bucket(s3);
        }
        return new LocalDirectory((StorageSettings.Local) settings);
    }

    /**
     * Makes the place usable: creates what is missing and allowed, and proves that it can be written, read, listed and
     * cleaned.
     *
     * @param timeout how long one request may take
     * @return what an operator should know
     * @throws EngineFailure with a plain reason if the place cannot be used
     */
    List<String> prepare(Duration timeout) throws EngineFailure;

    /**
     * Asks whether the place answers, changing nothing.
     *
     * @param timeout how long one request may take
     * @throws EngineFailure if it does not
     */
    void probe(Duration timeout) throws EngineFailure;

    /**
     * Asks for a key with which files can be read and written but not deleted. DuckLake deletes files that the catalog
     * points to when it believes that a commit failed; with such a key it cannot.
     *
     * @param timeout how long it may take
     * @return the key; null where the place has no keys, or gives none of this kind
     */
    @Nullable SessionKey keyWithoutDelete(Duration timeout);

    /** Says whether the settings' own key may delete: known once the place was prepared, else assumed. */
    boolean mayDelete();

    /**
     * Returns a view of the single files.
     *
     * @param timeout how long the storage may be silent on a request
     */
    StoredFiles files(Duration timeout);

    @Override
    void close();
}
