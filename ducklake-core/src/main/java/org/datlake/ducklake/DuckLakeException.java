package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws. Messages say what failed, where, and what to do next; they hold no
 * secret and no value of a row, and neither do their causes.
 */
public class DuckLakeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String errorType;
    private final String sqlState;
    private final boolean retryable;

    /**
     * Creates an exception.
     *
     * @param message what failed and what to do
     * @param errorType see {@link #errorType()}
     * @param sqlState see {@link #sqlState()}
     * @param retryable see {@link #isRetryable()}
     * @param cause the error behind it, already free of secrets, or null
     */
    public DuckLakeException(
            String message, String errorType, String sqlState, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.errorType = errorType;
        this.sqlState = sqlState;
        this.retryable = retryable;
    }

    /**
     * Returns DuckDB's own word for the kind of error ({@code Catalog}, {@code IO}, {@code TransactionContext},
     * {@code Parser} ...), or a word of ours where DuckDB was not asked ({@code Configuration}, {@code Timeout} ...).
     */
    public String errorType() {
        return errorType;
    }

    /**
     * Returns the SQLSTATE that stands for this error, for example {@code 40001} for a conflict or {@code 08006} for a
     * lost catalog. DuckDB's driver itself gives none.
     */
    public String sqlState() {
        return sqlState;
    }

    /** Says whether the same call may succeed if it is made again, and cannot do harm when it is. */
    public boolean isRetryable() {
        return retryable;
    }
}
