package org.datlake.ducklake.launcher.trace;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** A bridge to OpenTelemetry's own library, as someone would put it beside the program. */
class OpenTelemetryBridge extends FirstMatchingCompositeObservationHandler implements AutoCloseable {

    private final SdkTracerProvider provider;

    OpenTelemetryBridge(SpanExporter exporter) {
        this(SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build());
    }

    private OpenTelemetryBridge(SdkTracerProvider provider) {
        this(provider, provider.get("org.datlake.ducklake"));
    }

    private OpenTelemetryBridge(SdkTracerProvider provider, Tracer tracer) {
        this(
                provider,
                new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {}),
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), tracer));
    }

    private OpenTelemetryBridge(SdkTracerProvider provider, OtelTracer tracer, OtelPropagator propagator) {
        super(
                new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                new DefaultTracingObservationHandler(tracer));
        this.provider = provider;
    }

    @Override
    public void close() {
        provider.close();
    }
}
