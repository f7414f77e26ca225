package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Optional;
import org.datlake.ducklake.launcher.trace.TraceContext;

/** A request as tracing libraries see it: they read from its headers which span it is a child of. */
final class RequestContext extends ReceiverContext<Context> {

    private final Context request;

    /**
     * Makes one.
     *
     * @param caller the caller's span, if it sent a valid one: what is not valid is kept from libraries, too
     */
    RequestContext(Context request, Optional<TraceContext> caller) {
        super(
                (carrier, header) -> switch (header) {
                    case TraceContext.PARENT -> caller.map(TraceContext::parent).orElse(null);
                    case TraceContext.STATE -> caller.map(TraceContext::state).orElse(null);
                    default -> carrier.header(header);
                },
                Kind.SERVER);
        this.request = request;
        setCarrier(request);
    }

    Context request() {
        return request;
    }
}
