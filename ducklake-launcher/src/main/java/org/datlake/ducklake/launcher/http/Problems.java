package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StatementRefusedException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;
import org.datlake.ducklake.launcher.access.AuditLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Answers with {@code application/problem+json} whatever goes wrong. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    static final String MEDIA_TYPE = "application/problem+json";

    private final JsonMapper json;

    Problems(JsonMapper json) {
        this.json = json;
    }

    void register(RoutesConfig routes) {
        routes.exception(DuckLakeException.class, (failure, context) -> answer(context, failure));
        routes.exception(HttpResponseException.class, (failure, context) -> answer(context, failure));
        routes.exception(Exception.class, (failure, context) -> {
            RequestThread.enter(context);
            LOG.error("a request failed unexpectedly", failure);
            answer(context, 500, "the request failed unexpectedly; the log has the details under its id");
        });
    }

    private void answer(Context context, DuckLakeException failure) {
        RequestThread.enter(context);
        Problem problem = of(failure, RequestIds.of(context));
        if (problem.status() == 503) {
            context.header("Retry-After", "1");
        }
        if (problem.operationId() != null) {
            RequestLog.operation(context, problem.operationId());
        }
        if (failure instanceof StatementRefusedException) {
            AuditLog.refusedStatement(context);
        }
        answer(context, problem);
    }

    /** Returns the problem that a failure is told as; what is not told is logged. */
    static Problem of(DuckLakeException failure, String requestId) {
        String operationId = failure instanceof CommitOutcomeUnknownException unknown
                ? unknown.operationId().toString()
                : null;
        if (failure instanceof LoadException load) {
            // The file that it names is the server's own copy of the body.
            String detail = "nothing was written, because of a row that the table does not take";
            return problem(status(failure), detail, requestId, failure, operationId, List.of(rowError(load)));
        }
        ProblemDetail detail = ProblemDetail.of(failure);
        if (!detail.whole()) {
            LOG.atWarn()
                    .addKeyValue("error_type", failure.errorType())
                    .addKeyValue("sql_state", failure.sqlState())
                    .addKeyValue("reason", failure.getMessage())
                    .log("a request failed");
        }
        return problem(status(failure), detail.text(), requestId, failure, operationId, null);
    }

    private static Problem.RowError rowError(LoadException failure) {
        LoadException.Place place = failure.place();
        return new Problem.RowError(
                place.line().isPresent() ? place.line().getAsLong() : null,
                place.row().isPresent() ? place.row().getAsLong() : null,
                place.column().orElse(null),
                ProblemDetail.withoutPlaces(failure.reason()));
    }

    private void answer(Context context, HttpResponseException failure) {
        if (failure.getStatus() == 405) {
            // The only detail there is; what Javalin calls it depends on whether the caller takes HTML.
            context.header("Allow", String.join(", ", failure.getDetails().values()));
        }
        answer(context, failure.getStatus(), String.valueOf(failure.getMessage()));
    }

    private void answer(Context context, int status, String detail) {
        answer(context, problem(status, detail, RequestIds.of(context), null, null, null));
    }

    private void answer(Context context, Problem problem) {
        context.status(problem.status()).contentType(MEDIA_TYPE).result(json.writeValueAsBytes(problem));
    }

    /** Returns a problem as JSON. */
    byte[] json(int status, String detail, String requestId) {
        return json.writeValueAsBytes(problem(status, detail, requestId, null, null, null));
    }

    private static Problem problem(
            int status,
            String detail,
            String requestId,
            @Nullable DuckLakeException failure,
            @Nullable String operationId,
            @Nullable List<Problem.RowError> errors) {
        String title = title(status, failure);
        return new Problem(
                "urn:datlake:problem:" + title.toLowerCase(Locale.ROOT).replace(' ', '-'),
                title,
                status,
                detail,
                "urn:datlake:request:" + requestId,
                failure == null ? null : failure.errorType(),
                failure == null ? null : failure.isRetryable(),
                operationId,
                errors);
    }

    private static int status(DuckLakeException failure) {
        if (failure instanceof TransactionConflictException) {
            return 409;
        }
        if (failure instanceof QueryTimeoutException) {
            return 504;
        }
        if (failure instanceof LoadException || failure instanceof StatementRefusedException) {
            return 422;
        }
        boolean unavailable = failure instanceof CommitOutcomeUnknownException
                || failure instanceof CatalogException
                || failure instanceof StorageException
                || failure instanceof EngineInvalidatedException
                || failure instanceof ClientClosedException;
        if (unavailable) {
            return 503;
        }
        return switch (failure.sqlState()) {
            case "42P01", "3F000", "02000" -> 404;
            default -> failure.sqlState().startsWith("53") ? 507 : ProblemDetail.isOfStatement(failure) ? 400 : 500;
        };
    }

    private static String title(int status, @Nullable DuckLakeException failure) {
        if (failure instanceof LoadException) {
            return "Rows not taken";
        }
        if (failure instanceof StatementRefusedException) {
            return "Statement refused";
        }
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Token needed";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 406 -> "Format not offered";
            case 409 -> "Conflict";
            case 413 -> "Content too large";
            case 415 -> "Media type not taken";
            case 422 -> "Request not taken";
            case 429 -> "Locked out";
            case 414 -> "URI too long";
            case 431 -> "Headers too large";
            case 503 -> "Not available now";
            case 504 -> "Deadline passed";
            case 505 -> "HTTP version not spoken";
            case 507 -> "Out of memory";
            default -> status < 500 ? "Bad request" : "Internal error";
        };
    }
}
