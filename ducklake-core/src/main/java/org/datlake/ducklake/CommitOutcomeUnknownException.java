package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a COMMIT was lost, so that it is not known whether the transaction stands. Do not run it again before
 * having looked: it may be there already.
 */
public class CommitOutcomeUnknownException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with SQLSTATE 08007 (transaction resolution unknown); the cause is free of secrets. */
    public CommitOutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, "CommitOutcomeUnknown", "08007", false, cause);
    }
}
