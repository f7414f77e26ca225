package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.datlake.ducklake.launcher.trace.TraceContext;
import org.datlake.ducklake.launcher.trace.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request its place in the trace of its caller, or in a new one, and lets tracing libraries follow it, where
 * there are any. Thread-safe.
 */
final class RequestTraces {

    private static final String OBSERVED = "datlake.request.observed";

    private final Tracing tracing;
    private final RequestConvention convention = new RequestConvention();

    RequestTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    /**
     * Begins the span of a request on its thread.
     *
     * @param followed whether tracing libraries are told
     * @return the span
     */
    TraceContext begin(Context context, boolean followed) {
        Optional<TraceContext> caller =
                TraceContext.read(headers(context, TraceContext.PARENT), headers(context, TraceContext.STATE));
        ObservationRegistry registry = tracing.registry();
        if (registry == null || !followed) {
            return caller.map(TraceContext::child).orElseGet(TraceContext::start);
        }
        RequestContext request = new RequestContext(context, caller);
        Observation observation = Observation.createNotStarted(null, convention, () -> request, registry)
                .start();
        context.attribute(OBSERVED, new Observed(observation, observation.openScope()));
        return tracing.spanOf(request)
                .orElseGet(() -> caller.map(TraceContext::child).orElseGet(TraceContext::start));
    }

    private static List<String> headers(Context context, String name) {
        return Collections.list(context.req().getHeaders(name));
    }

    /** Ends the span of a request, which no thread works for any more. */
    static void end(Context context) {
        Observed observed = context.attribute(OBSERVED);
        if (observed == null) {
            return;
        }
        int status = context.status().getCode();
        if (status >= 500) {
            observed.observation().error(new ServerFailure(status));
        }
        observed.observation().stop();
    }

    /** Takes the span from this thread, before another one works for the request. */
    static void leave(Context context) {
        Observed observed = context.attribute(OBSERVED);
        if (observed != null && observed.scope() != null) {
            observed.scope().close();
            context.attribute(OBSERVED, new Observed(observed.observation(), null));
        }
    }

    /** Gives the span to this thread. */
    static void enter(Context context) {
        Observed observed = context.attribute(OBSERVED);
        if (observed != null) {
            Observation observation = observed.observation();
            context.attribute(OBSERVED, new Observed(observation, observation.openScope()));
        }
    }

    private record Observed(Observation observation, Observation.@Nullable Scope scope) {}

    /** Stands for what went wrong, which the log tells. */
    private static final class ServerFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private ServerFailure(int status) {
            super("answered with status " + status, null, false, false);
        }
    }
}
