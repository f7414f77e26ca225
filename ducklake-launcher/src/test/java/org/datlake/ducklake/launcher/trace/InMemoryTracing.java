package org.datlake.ducklake.launcher.trace;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;

/** A handler that is found as a service, and keeps spans in memory. */
public final class InMemoryTracing extends OpenTelemetryBridge {

    /** Of the one that was made last: an exporter that was closed takes no more. */
    private static volatile InMemorySpanExporter spans = InMemorySpanExporter.create();

    /** Makes it. */
    public InMemoryTracing() {
        this(InMemorySpanExporter.create());
    }

    private InMemoryTracing(InMemorySpanExporter exporter) {
        super(exporter);
        spans = exporter;
    }

    static InMemorySpanExporter spans() {
        return spans;
    }
}
