package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/** A call did not end within its deadline, or was cancelled. The engine may still be busy with it for a while. */
public class QueryTimeoutException extends QueryException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with SQLSTATE 57014 (query cancelled).
     *
     * @param message which call, how long it ran, what to do
     * @param cause the error behind it, already free of secrets, or null
     */
    public QueryTimeoutException(String message, @Nullable Throwable cause) {
        super(message, "Timeout", "57014", true, cause);
    }
}
