package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.launcher.Monitoring;
import org.datlake.ducklake.launcher.access.AccessControl;
import org.datlake.ducklake.metrics.MemoryReport;
import org.datlake.ducklake.metrics.PerformanceTracker;

/** Metrics for Prometheus, and for people. What a feature flag switches off is not registered: it answers 404. */
final class MetricsRoutes {

    private final DuckLakeClient lake;
    private final Monitoring monitoring;

    MetricsRoutes(DuckLakeClient lake, Monitoring monitoring) {
        this.lake = lake;
        this.monitoring = monitoring;
    }

    void register(RoutesConfig routes, AccessControl access) {
        PrometheusMeterRegistry prometheus = monitoring.prometheus();
        if (prometheus != null) {
            routes.get(
                    "/metrics",
                    access.operating(context ->
                            context.contentType("text/plain; version=0.0.4").result(prometheus.scrape())));
        }
        if (monitoring.memory()) {
            routes.get("/metrics/memory", access.operating(context -> context.json(MemoryReport.read(lake))));
        }
        PerformanceTracker performance = monitoring.performance();
        if (performance != null) {
            routes.get("/metrics/performance", access.operating(context -> context.json(performance.report())));
        }
    }
}
