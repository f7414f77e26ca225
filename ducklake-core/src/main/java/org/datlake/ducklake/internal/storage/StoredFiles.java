package org.datlake.ducklake.internal.storage;

import java.util.Optional;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** The files of the storage, one by one. For one thread. */
public interface StoredFiles {

    /**
     * Lists what lies below the data path, in no order, except what the client itself leaves there.
     *
     * @throws EngineFailure if the storage does not list it, or the receiver fails
     */
    void list(Receiver receiver) throws EngineFailure;

    /** Says whether it can be looked at a path. */
    boolean reaches(String path);

    /**
     * Looks for one file.
     *
     * @param path one that is reached
     * @return the file; empty if there is none
     * @throws EngineFailure if the storage does not say
     */
    Optional<StoredFile> find(String path) throws EngineFailure;

    /** Says whether deleted files can be brought back; empty where the storage does not say. */
    Optional<Boolean> keepsVersions() throws EngineFailure;

    /**
     * Says whether a file that is gone can be brought back.
     *
     * @param path one that is reached
     * @param bytes its size
     */
    boolean isRestorable(String path, long bytes) throws EngineFailure;

    /**
     * Brings a file back that is gone.
     *
     * @param path one that is reached
     * @param bytes its size
     * @return whether it is there again; false if the storage has no version of that size
     * @throws EngineFailure if the storage has one, but the key may not bring it back
     */
    boolean restore(String path, long bytes) throws EngineFailure;

    /** Gets the files of a list. */
    @FunctionalInterface
    interface Receiver {
        /** Takes the next one. */
        void accept(StoredFile file) throws EngineFailure;
    }
}
