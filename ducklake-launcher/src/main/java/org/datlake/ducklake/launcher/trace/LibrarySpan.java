package org.datlake.ducklake.launcher.trace;

import io.micrometer.observation.Observation;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Reads the ids of the span that Micrometer Tracing keeps with an observation. By reflection, because the program does not
 * bring that library: it comes with a bridge, if at all, and may be in a class loader of its own. Thread-safe.
 */
final class LibrarySpan {

    private static final String LIBRARY = "io.micrometer.tracing.";

    private final Class<?> key;
    private final Method getSpan;
    private final Method context;
    private final Method traceId;
    private final Method spanId;
    private final Method sampled;

    private LibrarySpan(ClassLoader loader) throws ReflectiveOperationException {
        this.key = Class.forName(LIBRARY + "handler.TracingObservationHandler$TracingContext", false, loader);
        this.getSpan = key.getMethod("getSpan");
        this.context = Class.forName(LIBRARY + "Span", false, loader).getMethod("context");
        Class<?> ids = Class.forName(LIBRARY + "TraceContext", false, loader);
        this.traceId = ids.getMethod("traceId");
        this.spanId = ids.getMethod("spanId");
        this.sampled = ids.getMethod("sampled");
    }

    /** Returns a reader for the library that a handler sees; empty if it sees none, or one that is made otherwise. */
    static Optional<LibrarySpan> in(ClassLoader loader) {
        try {
            return Optional.of(new LibrarySpan(loader));
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** Returns the span of an observation; empty if there is none. */
    Optional<TraceContext> of(Observation.Context observation) {
        Object tracing = observation.get(key);
        try {
            Object span = tracing == null ? null : getSpan.invoke(tracing);
            if (span == null) {
                return Optional.empty();
            }
            Object ids = context.invoke(span);
            return Optional.of(TraceContext.of(
                    String.valueOf(traceId.invoke(ids)),
                    String.valueOf(spanId.invoke(ids)),
                    Boolean.TRUE.equals(sampled.invoke(ids))));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }
}
