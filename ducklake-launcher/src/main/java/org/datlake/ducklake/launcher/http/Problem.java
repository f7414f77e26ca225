package org.datlake.ducklake.launcher.http;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        @Nullable String errorType,
        @Nullable Boolean retryable) {}
