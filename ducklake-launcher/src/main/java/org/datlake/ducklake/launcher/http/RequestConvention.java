package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Set;
import org.datlake.ducklake.launcher.access.AuditLog;
import org.jspecify.annotations.Nullable;

/**
 * The name and the keys of a request's observation: those of OpenTelemetry's semantic conventions for <a
 * href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">HTTP server spans</a>, version 1.41, and the ids that
 * are in the log as well.
 */
final class RequestConvention implements ObservationConvention<RequestContext> {

    private static final String NONE = KeyValue.NONE_VALUE;

    /** Whatever else a caller may send is one value. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");

    @Override
    public String getName() {
        return "http.server.request.duration";
    }

    @Override
    public String getContextualName(RequestContext context) {
        String route = route(context.request());
        return route == null ? method(context.request()) : method(context.request()) + " " + route;
    }

    private static String method(Context request) {
        String method = request.req().getMethod();
        return METHODS.contains(method) ? method : "_OTHER";
    }

    /** Known once the request was routed; never for a path that is not one of ours. */
    private static @Nullable String route(Context request) {
        Endpoint endpoint = request.endpoints().matchedHttpEndpoint();
        return endpoint == null ? null : endpoint.path;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(RequestContext context) {
        Context request = context.request();
        String route = route(request);
        return KeyValues.of(
                KeyValue.of("http.request.method", method(request)),
                KeyValue.of("url.scheme", request.scheme()),
                KeyValue.of("http.route", route == null ? NONE : route),
                KeyValue.of(
                        "http.response.status_code",
                        Integer.toString(request.status().getCode())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(RequestContext context) {
        Context request = context.request();
        KeyValues values = KeyValues.of(
                KeyValue.of("url.path", request.path()), KeyValue.of("datlake.request.id", RequestIds.of(request)));
        String operation = AuditLog.operation(request);
        if (operation != null) {
            values = values.and("ducklake.operation.id", operation);
        }
        Long snapshot = RequestLog.snapshot(request);
        if (snapshot != null) {
            values = values.and("ducklake.snapshot.id", snapshot.toString());
        }
        int status = request.status().getCode();
        return status < 500 ? values : values.and("error.type", Integer.toString(status));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof RequestContext;
    }
}
