package org.datlake.ducklake.launcher.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 wants it told. Holds no text of a driver, no SQL and no secret.
 *
 * @param type a stable name of the kind of problem
 * @param title the kind of problem for people
 * @param status the HTTP status
 * @param detail what happened this time and what to do
 * @param instance the request's id
 * @param errorType DuckDB's word for the error, where the lake is behind it
 * @param retryable whether the same request may succeed later, where that is known
 * @param operationId what to ask GET /api/v1/operations/{id} for, where the outcome of a write is not known
 * @param errors what is wrong with rows that were sent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        @Nullable String errorType,
        @Nullable Boolean retryable,
        @Nullable String operationId,
        @Nullable List<RowError> errors) {

    /**
     * What is wrong with a row.
     *
     * @param line the line of a text body, from 1, where it was counted
     * @param row the row, from 1, where lines were not counted
     * @param column the column, where it is known
     * @param reason what is wrong, without any value
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RowError(
            @Nullable Long line,
            @Nullable Long row,
            @Nullable String column,
            String reason) {}
}
