package org.datlake.ducklake.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.Optional;
import org.datlake.ducklake.OperationObserver;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Micrometer observation of each operation of a client, which tracing libraries make spans of. It is a child of
 * the observation that its caller is in; statements of a transaction, and what a load consists of, are children of theirs.
 *
 * <pre>{@code
 * settings.observer(new DuckLakeObservations(observationRegistry))
 * }</pre>
 *
 * <p>Names and keys are those of OpenTelemetry's semantic conventions for <a
 * href="https://opentelemetry.io/docs/specs/semconv/db/database-spans/">database client spans</a>, version 1.41, where they
 * have one, and begin with {@code ducklake.} otherwise; {@link OperationConvention} lists them. No key has a value of a row
 * or a literal of a statement. While the registry has no handlers nothing is made at all. Thread-safe.
 */
public final class DuckLakeObservations implements OperationObserver {

    private static final Running NOTHING = end -> {};

    private final ObservationRegistry registry;
    private final OperationConvention convention = new OperationConvention();

    /** Makes an observer that observes into a registry. */
    public DuckLakeObservations(ObservationRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    @Override
    public Running begin(Start start) {
        if (registry.isNoop()) {
            return NOTHING;
        }
        OperationContext context = new OperationContext(start);
        return new Observed(
                context,
                Observation.createNotStarted(null, convention, () -> context, registry)
                        .start());
    }

    /** What handlers, filters and conventions find out about an operation. Used by one thread at a time. */
    public static final class OperationContext extends Observation.Context {

        private final Start start;
        private @Nullable End end;

        private OperationContext(Start start) {
            this.start = start;
        }

        /** Returns what is known from the begin. */
        public Start start() {
            return start;
        }

        /** Returns how it ended; empty while it is under way. */
        public Optional<End> end() {
            return Optional.ofNullable(end);
        }
    }

    private record Observed(OperationContext context, Observation observation) implements Running {

        @Override
        public Scope enter() {
            return observation.openScope()::close;
        }

        @Override
        public void end(End end) {
            context.end = end;
            if (end.failure().isPresent()) {
                observation.error(end.failure().get());
            } else if (end.errorType().isPresent()) {
                observation.error(new CallerFailure());
            }
            observation.stop();
        }
    }

    /** Stands for an exception of the caller's own code, which may hold anything. */
    private static final class CallerFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private CallerFailure() {
            super("the caller's own code failed", null, false, false);
        }
    }
}
