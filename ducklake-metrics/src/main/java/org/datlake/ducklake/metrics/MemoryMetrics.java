package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.datlake.ducklake.ContainerMemory;
import org.datlake.ducklake.DuckLakeClient;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the JVM, the process, DuckDB and the container as gauges. Read at most once in five seconds, however
 * many gauges are asked; NaN what cannot be read. The registry does not keep the client alive. Thread-safe.
 */
public final class MemoryMetrics implements MeterBinder {

    /** All that duckdb_memory() has. Fixed, because the engine may not be there yet when the gauges are added. */
    static final List<String> DUCKDB_TAGS = List.of(
            "ALLOCATOR",
            "ART_INDEX",
            "BASE_TABLE",
            "COLUMN_DATA",
            "CSV_READER",
            "EXTENSION",
            "EXTERNAL_FILE_CACHE",
            "HASH_TABLE",
            "IN_MEMORY_TABLE",
            "METADATA",
            "OBJECT_CACHE",
            "ORDER_BY",
            "OVERFLOW_STRINGS",
            "PARQUET_READER",
            "TRANSACTION",
            "WINDOW");

    private final DuckLakeClient client;

    /** Makes a binder for the client's process. */
    public MemoryMetrics(DuckLakeClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        Recent recent = new Recent();
        bytes(registry, recent, DuckLakeMeters.PROCESS_RSS, Tags.empty(), MemoryMetrics::rss);
        if (ContainerMemory.read().isPresent()) {
            bytes(registry, recent, DuckLakeMeters.CONTAINER_LIMIT, Tags.empty(), report -> container(report, true));
            bytes(registry, recent, DuckLakeMeters.CONTAINER_USED, Tags.empty(), report -> container(report, false));
        }
        for (String tag : DUCKDB_TAGS) {
            Tags tags = Tags.of(DuckLakeMeters.TAG, tag);
            bytes(registry, recent, DuckLakeMeters.DUCKDB_MEMORY, tags, report -> of(report.duckDb(), tag));
            bytes(registry, recent, DuckLakeMeters.DUCKDB_SPILLED, tags, report -> of(report.duckDbSpilled(), tag));
        }
    }

    private void bytes(
            MeterRegistry registry, Recent recent, String name, Tags tags, ToDoubleFunction<MemoryReport> value) {
        ClientGauge.register(
                registry, client, name, BaseUnits.BYTES, tags, asked -> value.applyAsDouble(recent.report(asked)));
    }

    private static double rss(MemoryReport report) {
        return report.processRss().isPresent() ? report.processRss().getAsLong() : Double.NaN;
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

    /** The last report. Holds no client, so that the gauges hold none. */
    private static final class Recent {

        private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();

        private @Nullable MemoryReport last;
        private long readAt;

        synchronized MemoryReport report(DuckLakeClient client) {
            MemoryReport report = last;
            if (report == null || System.nanoTime() - readAt > PERIOD_NANOS) {
                report = MemoryReport.read(client);
                last = report;
                readAt = System.nanoTime();
            }
            return report;
        }
    }
}
