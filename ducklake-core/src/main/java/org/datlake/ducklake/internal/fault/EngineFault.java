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
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;
import org.jspecify.annotations.Nullable;

/**
 * A failure, free of secrets and of values: the only form in which engine errors leave this package.
 *
 * @param kind what it means to us
 * @param errorType DuckDB's word for it
 * @param sqlState the SQLSTATE
 * @param message what failed
 * @param table the table a conflict is about, or null
 * @param place the place in a file that is to blame, or null
 */
public record EngineFault(
        FaultKind kind,
        String errorType,
        String sqlState,
        String message,
        @Nullable String table,
        @Nullable SourcePlace place) {

    /** Makes a fault that no engine message stands behind. */
    public static EngineFault of(FaultKind kind, String errorType, String sqlState, String message) {
        return new EngineFault(kind, errorType, sqlState, message, null, null);
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
        return new EngineFault(kind, errorType, sqlState, text + message, table, place);
    }

    /** Returns this fault with something said behind its message. */
    public EngineFault suffixed(String text) {
        return new EngineFault(kind, errorType, sqlState, message + text, table, place);
    }

    /** Makes the exception that callers of the client get. */
    public DuckLakeException toException(@Nullable Throwable cause) {
        boolean retryable = kind.isRetryable();
        return switch (kind) {
            case CONFLICT -> new TransactionConflictException(message, table, cause);
            case CATALOG_DOWN, CATALOG_READ_ONLY, CATALOG_REFUSED, UNAVAILABLE ->
                new CatalogException(message, errorType, sqlState, retryable, cause);
            case STORAGE_DOWN, STORAGE_REFUSED, STORAGE_MISSING ->
                new StorageException(message, errorType, sqlState, retryable, cause);
            case TIMEOUT -> new QueryTimeoutException(message, cause);
            case ENGINE_FATAL -> new EngineInvalidatedException(message, cause);
            case CLOSED -> new ClientClosedException(message);
            case ENGINE_SUSPECT, STATEMENT -> new QueryException(message, errorType, sqlState, retryable, cause);
        };
    }

    /** Makes the exception that users of plain JDBC get: the subclass that frameworks expect for the SQLSTATE. */
    public SQLException toSqlException() {
        return switch (kind) {
            case CONFLICT -> new SQLTransactionRollbackException(message, sqlState);
            case CATALOG_DOWN, CATALOG_READ_ONLY, UNAVAILABLE, ENGINE_FATAL, STORAGE_DOWN ->
                new SQLTransientConnectionException(message, sqlState);
            case CATALOG_REFUSED, CLOSED -> new SQLNonTransientConnectionException(message, sqlState);
            case TIMEOUT -> new SQLTimeoutException(message, sqlState);
            case STORAGE_REFUSED, STORAGE_MISSING, ENGINE_SUSPECT -> new SQLNonTransientException(message, sqlState);
            case STATEMENT -> statementException();
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
}
