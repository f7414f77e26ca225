package org.datlake.ducklake.internal.fault;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StatementRefusedException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;
import org.datlake.ducklake.TransactionConflictException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A failure, free of secrets and of values: the only form in which engine errors leave this package.
 *
 * @param kind what it means to us
 * @param errorType DuckDB's word for it
 * @param sqlState the SQLSTATE
 * @param message what failed
 * @param conflict what is known of a conflict; null for other kinds
 * @param place the place in a file that is to blame, or null
 */
public record EngineFault(
        FaultKind kind,
        String errorType,
        String sqlState,
        String message,
        @Nullable Conflict conflict,
        @Nullable SourcePlace place) {

    /** Makes a fault that no engine message stands behind. */
    public static EngineFault of(FaultKind kind, String errorType, String sqlState, String message) {
        return new EngineFault(kind, errorType, sqlState, message, null, null);
    }

    /** Makes the fault of a conflict. */
    public static EngineFault conflict(String message, Conflict conflict) {
        return new EngineFault(FaultKind.CONFLICT, "TransactionContext", "40001", message, conflict, null);
    }

    /** Makes the fault of a closed client, connection, statement or result. */
    public static EngineFault closed(String message) {
        return of(FaultKind.CLOSED, "Closed", "08003", message);
    }

    /** Makes the fault of a deadline that passed. */
    public static EngineFault timeout(String message) {
        return of(FaultKind.TIMEOUT, "Timeout", "57014", message);
    }

    /** Makes the fault of a wrong call. */
    public static EngineFault wrongUse(String sqlState, String message) {
        return of(FaultKind.STATEMENT, "Usage", sqlState, message);
    }

    /** Returns this fault with something said in front of its message. */
    public EngineFault prefixed(String text) {
        return new EngineFault(kind, errorType, sqlState, text + message, conflict, place);
    }

    /** Returns this fault with something said behind its message. */
    public EngineFault suffixed(String text) {
        return new EngineFault(kind, errorType, sqlState, message + text, conflict, place);
    }

    /** Makes the exception that callers of the client get. */
    public DuckLakeException toException(@Nullable Throwable cause) {
        boolean retryable = kind.isRetryable();
        return switch (kind) {
            case CONFLICT -> conflictException(cause);
            case CATALOG_DOWN, CATALOG_READ_ONLY, CATALOG_FULL, CATALOG_REFUSED, UNAVAILABLE ->
                new CatalogException(message, errorType, sqlState, retryable, cause);
            case STORAGE_DOWN, STORAGE_REFUSED, STORAGE_MISSING ->
                new StorageException(message, errorType, sqlState, retryable, cause);
            case TIMEOUT -> new QueryTimeoutException(message, cause);
            case ENGINE_FATAL -> new EngineInvalidatedException(message, cause);
            case CLOSED -> new ClientClosedException(message);
            case REFUSED -> new StatementRefusedException(message, cause);
            case ENGINE_SUSPECT, STATEMENT -> new QueryException(message, errorType, sqlState, retryable, cause);
        };
    }

    private DuckLakeException conflictException(@Nullable Throwable cause) {
        return conflict == null
                ? new TransactionConflictException(message, Kind.UNKNOWN, null, cause)
                : new TransactionConflictException(message, conflict.kind(), conflict.table(), cause);
    }

    /** Makes the exception that users of plain JDBC get: the subclass that frameworks expect for the SQLSTATE. */
    public SQLException toSqlException() {
        return switch (kind) {
            case CONFLICT -> new SQLTransactionRollbackException(message, sqlState);
            case CATALOG_DOWN, CATALOG_READ_ONLY, CATALOG_FULL, UNAVAILABLE, ENGINE_FATAL, STORAGE_DOWN ->
                new SQLTransientConnectionException(message, sqlState);
            case CATALOG_REFUSED, CLOSED -> new SQLNonTransientConnectionException(message, sqlState);
            case TIMEOUT -> new SQLTimeoutException(message, sqlState);
            case STORAGE_REFUSED, STORAGE_MISSING, ENGINE_SUSPECT -> new SQLNonTransientException(message, sqlState);
            case REFUSED, STATEMENT -> statementException();
        };
    }

    private SQLException statementException() {
        return switch (sqlState.substring(0, 2)) {
            case "0A" -> new SQLFeatureNotSupportedException(message, sqlState);
            case "22" -> new SQLDataException(message, sqlState);
            case "23" -> new SQLIntegrityConstraintViolationException(message, sqlState);
            case "42", "3F" -> new SQLSyntaxErrorException(message, sqlState);
            default -> new SQLException(message, sqlState);
        };
    }

    /**
     * What is known of a conflict.
     *
     * @param kind what stood in the way
     * @param table the table, or null
     * @param tableId the id of a table that the engine does not name, or null
     */
    public record Conflict(
            Kind kind, @Nullable String table, @Nullable Long tableId) {

        /** Returns the same with the table's name. */
        public Conflict named(String name) {
            return new Conflict(kind, name, null);
        }
    }
}
