package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.datlake.ducklake.launcher.access.AuditLog;
import org.datlake.ducklake.launcher.trace.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a line for each request, and lets every line that is written meanwhile on its thread carry its ids. Never a value
 * of a row, a statement or a token.
 */
final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

    private static final String REQUEST_ID = "request_id";
    private static final String TRACE_ID = "trace_id";
    private static final String SPAN_ID = "span_id";

    private static final String STARTED = "datlake.request.started";
    private static final String SNAPSHOT = "datlake.request.snapshot";

    private final RequestTraces traces;

    RequestLog(RequestTraces traces) {
        this.traces = traces;
    }

    /** Takes hold of all requests; to be called before other routes are added. */
    void register(RoutesConfig routes) {
        routes.before(this::begin);
        routes.after(RequestLog::end);
    }

    private void begin(Context context) {
        context.attribute(STARTED, System.nanoTime());
        MDC.put(REQUEST_ID, RequestIds.assign(context));
        TraceContext span = traces.begin(context, !isProbe(context));
        MDC.put(TRACE_ID, span.traceId());
        MDC.put(SPAN_ID, span.spanId());
        RequestThread.begin(context);
        context.header(TraceContext.PARENT, span.parent());
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
    }

    /** Probes come every few seconds for ever. */
    private static boolean isProbe(Context context) {
        return context.path().startsWith("/health") || context.path().endsWith("z");
    }

    /** Notes the write that a request makes or asks about. */
    static void operation(Context context, String operationId) {
        AuditLog.operation(context, operationId);
    }

    /** Notes the snapshot that a request makes, reads or asks about. */
    static void snapshot(Context context, long snapshotId) {
        context.attribute(SNAPSHOT, snapshotId);
    }

    /** Returns the snapshot that was noted, or null. */
    static @Nullable Long snapshot(Context context) {
        return context.attribute(SNAPSHOT);
    }

    /** On whichever thread the answer was made. */
    private static void end(Context context) {
        RequestThread.enter(context);
        // Probes are worth a line only when they fail.
        if (!isProbe(context) || context.status().getCode() >= 500) {
            log(context);
        }
        AuditLog.ended(context);
        RequestThread.leave(context);
        RequestTraces.end(context);
    }

    private static void log(Context context) {
        Long started = context.attribute(STARTED);
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("method", context.req().getMethod())
                .addKeyValue("path", context.path())
                .addKeyValue("status", context.status().getCode())
                .addKeyValue("duration_ms", started == null ? 0 : (System.nanoTime() - started) / 1_000_000);
        String operation = AuditLog.operation(context);
        if (operation != null) {
            line = line.addKeyValue("operation_id", operation);
        }
        Long snapshot = snapshot(context);
        if (snapshot != null) {
            line = line.addKeyValue("snapshot_id", snapshot);
        }
        line.log("request");
    }
}
