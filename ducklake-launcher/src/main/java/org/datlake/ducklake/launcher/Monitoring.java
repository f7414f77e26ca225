package org.datlake.ducklake.launcher;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfig.Features;
import org.datlake.ducklake.metrics.DuckLakeMetrics;
import org.datlake.ducklake.metrics.MemoryMetrics;
import org.datlake.ducklake.metrics.PerformanceTracker;
import org.jspecify.annotations.Nullable;

/** What is measured: as much as the feature flags allow. What they switch off does not exist. */
public final class Monitoring {

    private final @Nullable PrometheusMeterRegistry prometheus;
    private final @Nullable DuckLakeMetrics metrics;
    private final @Nullable PerformanceTracker performance;
    private final boolean memory;

    /** Prepares what the flags allow. */
    public Monitoring(Features features) {
        this.memory = features.memoryMonitoring();
        this.performance = features.performanceTracking() ? new PerformanceTracker() : null;
        this.prometheus = features.prometheusMetrics() ? new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) : null;
        this.metrics = prometheus == null ? null : new DuckLakeMetrics(prometheus);
    }

    /** Lets the client tell what it does. */
    void listen(DuckLakeSettings.Builder settings) {
        if (metrics != null) {
            settings.listener(metrics);
        }
        if (performance != null) {
            settings.listener(performance);
        }
    }

    /** Adds what the client can be asked. */
    void observe(DuckLakeClient client) {
        if (metrics != null) {
            metrics.observe(client);
        }
    }

    /** Adds memory, once the lake is attached: which kinds of memory there are, DuckDB says. */
    void observeMemory(DuckLakeClient client) {
        if (prometheus != null && memory) {
            new MemoryMetrics(client).bindTo(prometheus);
        }
    }

    /** Returns the registry that Prometheus scrapes, or null when that is switched off. */
    public @Nullable PrometheusMeterRegistry prometheus() {
        return prometheus;
    }

    /** Returns the tracker of latencies, or null when it is switched off. */
    public @Nullable PerformanceTracker performance() {
        return performance;
    }

    /** Says whether memory is measured. */
    public boolean memory() {
        return memory;
    }
}
