package org.datlake.ducklake;

import org.jspecify.annotations.Nullable;

/**
 * A statement was not run, because it is not one of those that {@link DuckLakeClient#guarded} takes. The message names
 * what was refused and where in the statement; it holds no value of a row.
 */
public class StatementRefusedException extends QueryException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with SQLSTATE 42501 (insufficient privilege).
     *
     * @param message what was refused, and where
     * @param cause the error behind it, already free of secrets, or null
     */
    public StatementRefusedException(String message, @Nullable Throwable cause) {
        super(message, "Refused", "42501", false, cause);
    }
}
