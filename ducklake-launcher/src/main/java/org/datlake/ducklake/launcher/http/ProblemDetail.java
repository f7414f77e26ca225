package org.datlake.ducklake.launcher.http;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StatementRefusedException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;

/**
 * What a caller is told of a failure. What is wrong with a statement or its values is told as it is found. Where catalog,
 * storage or engine fail, the caller gets words of ours, without host, path or a driver's text: the rest is for operators.
 *
 * @param text what is told
 * @param whole whether that is all that is known
 */
record ProblemDetail(String text, boolean whole) {

    private static final String IN_LOG = "; the log has the details under the request's id";

    /** Errors of statements and their values; our own words among them are those for what DuckDB was not asked. */
    private static final Set<String> OF_STATEMENTS = Set.of(
            "Binder",
            "Cardinality",
            "Catalog",
            "Constraint",
            "Conversion",
            "Invalid",
            "Invalid Input",
            "Mapping",
            "Mismatch Type",
            "Not implemented",
            "Out of Range",
            "Parser",
            "Serialization",
            "Syntax",
            "Usage");

    /** URLs, and paths of at least one directory: the places of files, which such an error may be about, too. */
    private static final Pattern LOCATION =
            Pattern.compile("\\w+://[^\\s'\"]+|(?<![\\w.])/(?:[^\\s/'\":;]+/)+[^\\s'\":;]*");

    /** Returns what is told of a failure. */
    static ProblemDetail of(DuckLakeException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof StatementRefusedException) {
            return new ProblemDetail(message, true);
        }
        if (failure instanceof QueryTimeoutException) {
            boolean ofEngine = message.startsWith("Interrupted") || message.contains("Error: ");
            return ofEngine ? hidden("the call was cancelled") : new ProblemDetail(message, true);
        }
        if (isOfStatement(failure)) {
            String told = withoutPlaces(message);
            return new ProblemDetail(told, told.equals(message));
        }
        return hidden(ours(failure));
    }

    /** Says whether a failure is the fault of who sent the statement or its values. */
    static boolean isOfStatement(DuckLakeException failure) {
        return failure instanceof QueryException
                && OF_STATEMENTS.contains(failure.errorType())
                && !failure.sqlState().startsWith("58");
    }

    /** Returns a text without the places of files. */
    static String withoutPlaces(String message) {
        return LOCATION.matcher(message).replaceAll("…");
    }

    private static ProblemDetail hidden(String text) {
        return new ProblemDetail(text + IN_LOG, false);
    }

    private static String ours(DuckLakeException failure) {
        if (failure instanceof TransactionConflictException conflict) {
            Optional<String> table = conflict.table();
            return "nothing was written, because another transaction was faster"
                    + table.map(name -> " to change \"" + name + "\"").orElse("") + ": send it again";
        }
        if (failure instanceof CommitOutcomeUnknownException) {
            return "it is not known whether this was committed: ask for the operation before sending it again";
        }
        if (failure instanceof ClientClosedException) {
            return "the server is stopping";
        }
        if (failure instanceof EngineInvalidatedException) {
            return "the engine is being replaced";
        }
        if (failure instanceof CatalogException) {
            return ofCatalog(failure);
        }
        if (failure instanceof StorageException) {
            return ofStorage(failure);
        }
        return switch (failure.sqlState()) {
            case "53200" -> "this needs more memory than the server may take: ask for less";
            case "53100" -> "this needs more space on the server's disk than there is: ask for less";
            default -> "the server could not do this";
        };
    }

    private static String ofCatalog(DuckLakeException failure) {
        return switch (failure.sqlState()) {
            case "25006" -> "the catalog takes no writes at the moment";
            case "53100" -> "the disk of the catalog is full";
            default ->
                failure.isRetryable()
                        ? "the lake's catalog is not available at the moment"
                        : "the lake's catalog refuses this server";
        };
    }

    private static String ofStorage(DuckLakeException failure) {
        if (failure.sqlState().equals("58P01")) {
            return "the lake's storage lacks a file";
        }
        return failure.isRetryable()
                ? "the lake's storage is not available at the moment"
                : "the lake's storage refuses this server";
    }
}
