package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/** The object store or the data directory cannot be reached, refuses us, or lacks a file that the catalog names. */
public class StorageException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception; the parameters are those of {@link DuckLakeException}.
     *
     * @param message what failed and what to do
     * @param errorType DuckDB's word for the kind of error
     * @param sqlState the SQLSTATE
     * @param retryable whether the call may be made again
     * @param cause the error behind it, already free of secrets, or null
     */
    public StorageException(
            String message, String errorType, String sqlState, boolean retryable, @Nullable Throwable cause) {
        super(message, errorType, sqlState, retryable, cause);
    }
}
