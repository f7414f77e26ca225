package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/** A statement failed: syntax, an unknown table or column, a value that does not fit, a constraint, memory. */
public class QueryException extends DuckLakeException {

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
    public QueryException(
            String message, String errorType, String sqlState, boolean retryable, @Nullable Throwable cause) {
        super(message, errorType, sqlState, retryable, cause);
    }
}
