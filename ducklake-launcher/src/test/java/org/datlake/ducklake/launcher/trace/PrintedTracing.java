package org.datlake.ducklake.launcher.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** A handler that is found as a service in another process, and prints spans to its error output. */
public final class PrintedTracing extends OpenTelemetryBridge {

    /** Makes it. */
    public PrintedTracing() {
        super(new Printer());
    }

    private static final class Printer implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            for (SpanData span : spans) {
                System.err.println(span.getTraceId() + " " + span.getParentSpanId() + " " + span.getSpanId() + " "
                        + span.getName());
            }
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            System.err.println("closed");
            return CompletableResultCode.ofSuccess();
        }
    }
}
