package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What registries and trackers, which live as long as the program, keep of a client that does not. */
class ClosedClientTest {

    private static final int COLLECTIONS = 100;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DuckLakeMetrics metrics = new DuckLakeMetrics(registry);
    private final PerformanceTracker tracker = new PerformanceTracker();

    @Test
    void nothing_keeps_a_closed_client_in_memory(@TempDir Path directory) {
        WeakReference<DuckLakeClient> client = usedAndClosed(directory);
        for (int i = 0; i < COLLECTIONS && client.get() != null; i++) {
            System.gc();
        }
        assertThat(client.get()).as("the closed client").isNull();
        assertThat(registry.get("ducklake.catalog.up").gauge().value()).isNaN();
        assertThat(registry.get("ducklake.inlined.rows").gauge().value()).isNaN();
        assertThat(registry.get("ducklake.duckdb.memory").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isNaN());
        assertThat(tracker.report().operations()).isNotEmpty();
    }

    private WeakReference<DuckLakeClient> usedAndClosed(Path directory) {
        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(directory)
                .listener(metrics)
                .listener(tracker)
                .build();
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            metrics.observe(lake);
            new MemoryMetrics(lake).bindTo(registry);
            lake.execute("CREATE TABLE fish (id BIGINT)");
            assertThat(registry.get("ducklake.catalog.up").gauge().value()).isEqualTo(1);
            assertThat(registry.get("ducklake.inlined.rows").gauge().value()).isZero();
            assertThat(registry.get("ducklake.process.rss").gauge().value()).isPositive();
            return new WeakReference<>(lake);
        }
    }
}
