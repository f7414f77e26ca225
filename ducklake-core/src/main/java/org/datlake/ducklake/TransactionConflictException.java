package org.datlake.ducklake;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Another transaction committed first and the two cannot both stand. Nothing of ours was committed; the transaction
 * may be run again. {@link DuckLakeClient#inTransaction} does so by itself until its deadline.
 */
public class TransactionConflictException extends QueryException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable String table;

    /**
     * Creates an exception with SQLSTATE 40001 (serialization failure).
     *
     * @param message what conflicted and after how many attempts
     * @param kind what stood in the way
     * @param table the table, where it is known, else null
     * @param cause the error behind it, already free of secrets, or null
     */
    public TransactionConflictException(String message, Kind kind, @Nullable String table, @Nullable Throwable cause) {
        super(message, "TransactionContext", "40001", true, cause);
        this.kind = kind;
        this.table = table;
    }

    /** Returns what stood in the way. */
    public Kind kind() {
        return kind;
    }

    /** Returns the table the conflict is about, where the engine names one. */
    public Optional<String> table() {
        return Optional.ofNullable(table);
    }

    /** What stood in the way of a transaction. */
    public enum Kind {

        /** Another transaction changed what this one relied on: its rows, its table, a name that both created. */
        LOGICAL,

        /** Another transaction took the same snapshot id. The two have nothing else to do with each other. */
        PHYSICAL,

        /** COMMIT failed and nothing was committed; the engine hides why. */
        UNKNOWN
    }
}
