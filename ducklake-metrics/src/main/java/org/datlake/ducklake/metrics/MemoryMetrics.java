package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.datlake.ducklake.ContainerMemory;
import org.datlake.ducklake.DuckLakeClient;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the JVM, the process, DuckDB and the container as gauges. Read at most once in five seconds, however
 * many gauges are asked. Thread-safe.
 */
public final class MemoryMetrics implements MeterBinder {

    private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();

    private final DuckLakeClient client;
    private @Nullable MemoryReport last;
    private long readAt;

    /** Makes a binder for the client's process. */
    public MemoryMetrics(DuckLakeClient client) {
        this.client = client;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        bytes(
                registry,
                DuckLakeMeters.PROCESS_RSS,
                report -> report.processRss().orElse(-1));
        if (ContainerMemory.read().isPresent()) {
            bytes(registry, DuckLakeMeters.CONTAINER_LIMIT, report -> container(report, true));
            bytes(registry, DuckLakeMeters.CONTAINER_USED, report -> container(report, false));
        }
        for (String tag : duckDbTags()) {
            bytes(registry, DuckLakeMeters.DUCKDB_MEMORY, report -> of(report.duckDb(), tag), DuckLakeMeters.TAG, tag);
            bytes(
                    registry,
                    DuckLakeMeters.DUCKDB_SPILLED,
                    report -> of(report.duckDbSpilled(), tag),
                    DuckLakeMeters.TAG,
                    tag);
        }
    }

    private Iterable<String> duckDbTags() {
        return report().duckDb().keySet();
    }

    private void bytes(MeterRegistry registry, String name, ToDoubleFunction<MemoryReport> value, String... tags) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.report()))
                .tags(tags)
                .tag(DuckLakeMeters.CATALOG, client.settings().alias())
                .baseUnit(BaseUnits.BYTES)
                .strongReference(true)
                .register(registry);
    }

    private static double container(MemoryReport report, boolean limit) {
        return report.container()
                .map(memory -> (double) (limit ? memory.limitBytes() : memory.usedBytes()))
                .orElse(Double.NaN);
    }

    private static double of(Map<String, Long> values, String tag) {
        Long value = values.get(tag);
        return value == null ? Double.NaN : value;
    }

    private synchronized MemoryReport report() {
        MemoryReport report = last;
        if (report == null || System.nanoTime() - readAt > PERIOD_NANOS) {
            report = MemoryReport.read(client);
            last = report;
            readAt = System.nanoTime();
        }
        return report;
    }
}
