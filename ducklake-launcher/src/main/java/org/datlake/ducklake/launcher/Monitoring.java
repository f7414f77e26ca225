package org.datlake.ducklake.launcher;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfig.Features;
import org.datlake.ducklake.launcher.trace.Tracing;
import org.datlake.ducklake.metrics.DuckLakeMetrics;
import org.datlake.ducklake.metrics.DuckLakeObservations;
import org.datlake.ducklake.metrics.MemoryMetrics;
import org.datlake.ducklake.metrics.PerformanceTracker;
import org.jspecify.annotations.Nullable;

/** What is measured and traced: as much as the configuration allows. What it switches off does not exist. */
public final class Monitoring implements AutoCloseable {

    private final @Nullable PrometheusMeterRegistry prometheus;
    private final @Nullable DuckLakeMetrics metrics;
    private final @Nullable PerformanceTracker performance;
    private final boolean memory;
    private final Tracing tracing;

    /**
     * Prepares what the configuration allows.
     *
     * @throws org.datlake.ducklake.ConfigurationException if it names jars for tracing that cannot be used
     */
    public Monitoring(DuckLakeConfig config) {
        Features features = config.features();
        this.tracing = Tracing.find(config.tracingJars());
        this.memory = features.memoryMonitoring();
        this.performance =
                features.performanceTracking() ? new PerformanceTracker(config.slowOperationThreshold()) : null;
        this.prometheus = features.prometheusMetrics() ? new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) : null;
        this.metrics = prometheus == null ? null : new DuckLakeMetrics(prometheus);
    }

    /** Lets the client tell what it does. */
    void listen(DuckLakeSettings.Builder settings) {
        if (metrics != null) {
            settings.listener(metrics);
        }
        if (performance != null) {
            settings.listener(performance).observer(performance);
        }
        ObservationRegistry observations = tracing.registry();
        if (observations != null) {
            settings.observer(new DuckLakeObservations(observations));
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

    /** Returns the tracker of latencies and slow operations, or null when it is switched off. */
    public @Nullable PerformanceTracker performance() {
        return performance;
    }

    /** Says whether memory is measured. */
    public boolean memory() {
        return memory;
    }

    /** Returns who traces requests and operations. */
    public Tracing tracing() {
        return tracing;
    }

    /** Lets tracing send what it has gathered. */
    @Override
    public void close() {
        tracing.close();
    }
}
