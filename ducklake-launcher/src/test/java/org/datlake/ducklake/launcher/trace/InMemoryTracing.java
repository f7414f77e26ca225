package org.datlake.ducklake.launcher.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** A handler that is found as a service, and keeps spans in memory. */
public final class InMemoryTracing extends OpenTelemetryBridge {

    static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

    /** Makes it. */
    public InMemoryTracing() {
        super(new Lasting());
    }

    /** The exporter behind it takes nothing any more once it was shut down, and there are several servers in a test. */
    private static final class Lasting implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return SPANS.export(spans);
        }

        @Override
        public CompletableResultCode flush() {
            return SPANS.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
