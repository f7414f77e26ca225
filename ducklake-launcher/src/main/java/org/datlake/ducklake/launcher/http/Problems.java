package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;
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
            LOG.error("a request failed unexpectedly", failure);
            answer(context, 500, "the request failed unexpectedly; the log has the details under its id");
        });
    }

    private void answer(Context context, DuckLakeException failure) {
        int status = status(failure);
        if (status == 503) {
            context.header("Retry-After", "1");
        }
        answer(context, status, String.valueOf(failure.getMessage()), failure.errorType(), failure.isRetryable());
    }

    private void answer(Context context, HttpResponseException failure) {
        String allowed = failure.getDetails().get("availableMethods");
        if (failure.getStatus() == 405 && allowed != null) {
            context.header("Allow", allowed);
        }
        answer(context, failure.getStatus(), String.valueOf(failure.getMessage()));
    }

    private void answer(Context context, int status, String detail) {
        answer(context, status, detail, null, null);
    }

    private void answer(
            Context context, int status, String detail, @Nullable String errorType, @Nullable Boolean retryable) {
        Problem problem = problem(status, detail, RequestIds.of(context), errorType, retryable);
        context.status(status).contentType(MEDIA_TYPE).result(json.writeValueAsBytes(problem));
    }

    /** Returns a problem as JSON. */
    byte[] json(int status, String detail, String requestId) {
        return json.writeValueAsBytes(problem(status, detail, requestId, null, null));
    }

    private static Problem problem(
            int status, String detail, String requestId, @Nullable String errorType, @Nullable Boolean retryable) {
        String title = title(status);
        return new Problem(
                "urn:datlake:problem:" + title.toLowerCase(Locale.ROOT).replace(' ', '-'),
                title,
                status,
                detail,
                "urn:datlake:request:" + requestId,
                errorType,
                retryable);
    }

    private static int status(DuckLakeException failure) {
        if (failure instanceof TransactionConflictException) {
            return 409;
        }
        if (failure instanceof QueryTimeoutException) {
            return 504;
        }
        boolean unavailable = failure instanceof CatalogException
                || failure instanceof StorageException
                || failure instanceof EngineInvalidatedException
                || failure instanceof ClientClosedException;
        if (unavailable) {
            return 503;
        }
        return switch (failure.sqlState()) {
            case "42P01", "3F000", "02000" -> 404;
            default -> failure.sqlState().startsWith("53") ? 507 : 400;
        };
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Token needed";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 413 -> "Content too large";
            case 414 -> "URI too long";
            case 431 -> "Headers too large";
            case 503 -> "Not available now";
            case 504 -> "Deadline passed";
            case 507 -> "Out of memory";
            default -> status < 500 ? "Bad request" : "Internal error";
        };
    }
}
