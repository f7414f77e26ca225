package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * The DuckDB instance hit a fatal error and refuses all work. The client replaces it by a new one; reads are repeated
 * there by themselves, a transaction that was open is lost and was not committed.
 */
public class EngineInvalidatedException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception; the cause is free of secrets. */
    public EngineInvalidatedException(String message, @Nullable Throwable cause) {
        super(message, "Fatal", "58000", true, cause);
    }
}
