package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a COMMIT was lost, and by the deadline it could not be found out whether the transaction stands. Do not
 * run it again before {@link DuckLakeClient#resolve} has said that it does not: it may be there already.
 */
public class CommitOutcomeUnknownException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    private final OperationId operationId;

    /** Creates an exception with SQLSTATE 08007 (transaction resolution unknown); the cause is free of secrets. */
    public CommitOutcomeUnknownException(String message, OperationId operationId, @Nullable Throwable cause) {
        super(message, "CommitOutcomeUnknown", "08007", false, cause);
        this.operationId = operationId;
    }

    /** Returns the name to ask for: {@link DuckLakeClient#resolve}. */
    public OperationId operationId() {
        return operationId;
    }
}
