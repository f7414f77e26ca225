package org.datlake.ducklake.examples.spring;

import java.sql.SQLException;
import org.datlake.ducklake.DuckLakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers with {@code application/problem+json} whatever goes wrong. What the lake said is for the log. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> ofLake(DuckLakeException failure) {
        return of(failure, failure.sqlState());
    }

    /** Behind JdbcClient the lake's failures have the same SQLSTATE, in what Spring has wrapped. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> ofJdbc(DataAccessException failure) {
        return of(failure, failure.getCause() instanceof SQLException cause ? cause.getSQLState() : null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> ofAnythingElse(Exception failure) {
        return of(failure, null);
    }

    private static ResponseEntity<ProblemDetail> of(Exception failure, @Nullable String sqlState) {
        HttpStatus status = sqlState == null ? HttpStatus.INTERNAL_SERVER_ERROR : status(sqlState);
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            LOG.error("a request failed", failure);
        } else {
            LOG.info("a request was answered {}: {}", status.value(), failure.getMessage());
        }
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return answer.body(ProblemDetail.forStatusAndDetail(status, detail(status)));
    }

    private static HttpStatus status(String sqlState) {
        return switch (sqlState) {
            case "02000", "42P01" -> HttpStatus.NOT_FOUND;
            case "40001" -> HttpStatus.CONFLICT;
            case "57014" -> HttpStatus.GATEWAY_TIMEOUT;
            default ->
                switch (sqlState.substring(0, 2)) {
                    case "22", "23" -> HttpStatus.UNPROCESSABLE_CONTENT;
                    case "08", "53", "58" -> HttpStatus.SERVICE_UNAVAILABLE;
                    default -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        };
    }

    private static String detail(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND -> "there is no such snapshot, or no longer, or it is older than the table";
            case CONFLICT -> "another writer was in the way: try again";
            case GATEWAY_TIMEOUT -> "the lake took too long: try again, a write with the same Idempotency-Key";
            case UNPROCESSABLE_CONTENT -> "nothing was written: the lake does not take one of these values";
            case SERVICE_UNAVAILABLE -> "the lake is not there now: try again, a write with the same Idempotency-Key";
            default -> "the request failed: the log says why";
        };
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status, "the body must be a JSON array of objects with sensor, takenAt and celsius, and nothing else");
        return handleExceptionInternal(failure, problem, headers, status, request);
    }
}
