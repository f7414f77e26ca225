package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.datlake.ducklake.ContainerMemory;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The memory of this very process, with a real engine in it. */
class MemoryMetricsTest {

    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private void useMemory() {
        lake.execute("CREATE TABLE numbers AS SELECT i, 'payload ' || i AS payload FROM range(200000) t(i)");
        lake.query("SELECT count(*) FROM numbers WHERE payload LIKE '%9'")
                .as(Long.class)
                .one();
    }

    private double sum(String name) {
        Collection<Gauge> gauges = registry.get(name).tags("catalog", "lake").gauges();
        assertThat(gauges).allSatisfy(gauge -> {
            assertThat(gauge.getId().getBaseUnit()).isEqualTo("bytes");
            assertThat(gauge.value()).isNotNegative();
        });
        return gauges.stream().mapToDouble(Gauge::value).sum();
    }

    @Test
    void the_purposes_are_those_of_the_engine() {
        assertThat(lake.query("SELECT tag FROM duckdb_memory() ORDER BY tag")
                        .as(String.class)
                        .list())
                .isEqualTo(MemoryMetrics.DUCKDB_TAGS);
    }

    @Test
    void duckdb_has_one_series_for_each_purpose_and_uses_something() {
        useMemory();
        new MemoryMetrics(lake).bindTo(registry);
        assertThat(sum("ducklake.duckdb.memory")).isPositive();
        assertThat(sum("ducklake.duckdb.spilled")).isZero();
        assertThat(registry.get("ducklake.duckdb.memory").gauges())
                .extracting(gauge -> gauge.getId().getTag("tag"))
                .containsExactlyInAnyOrderElementsOf(MemoryMetrics.DUCKDB_TAGS);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_process_occupies_more_than_its_heap_uses() {
        new MemoryMetrics(lake).bindTo(registry);
        assertThat(sum("ducklake.process.rss")).isGreaterThan(10.0 * MIB);
    }

    @Test
    void the_jvm_shows_its_heap() {
        new MemoryMetrics(lake).bindTo(registry);
        assertThat(registry.get("jvm.memory.used").tags("area", "heap").gauges().stream()
                        .mapToDouble(Gauge::value)
                        .sum())
                .isGreaterThan(MIB);
    }

    @Test
    void a_container_shows_its_limit_and_its_use_and_nothing_else_does() {
        new MemoryMetrics(lake).bindTo(registry);
        boolean inContainer = ContainerMemory.read().isPresent();
        assertThat(registry.find("ducklake.container.memory.limit").gauges()).hasSize(inContainer ? 1 : 0);
        assertThat(registry.find("ducklake.container.memory.used").gauges())
                .hasSize(inContainer ? 1 : 0)
                .allSatisfy(gauge -> assertThat(gauge.value()).isPositive());
    }

    @Test
    void gauges_are_there_although_the_engine_is_not() throws IOException {
        Path file = directory.resolve("in-the-way");
        Files.writeString(file, "no directory");
        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(file.resolve("lake"))
                .alias("late")
                .build();
        try (DuckLakeClient late = DuckLakeClient.connectInBackground(settings)) {
            new MemoryMetrics(late).bindTo(registry);
            assertThat(registry.get("ducklake.duckdb.memory")
                            .tags("catalog", "late")
                            .gauges())
                    .hasSameSizeAs(MemoryMetrics.DUCKDB_TAGS)
                    .allSatisfy(gauge -> assertThat(gauge.value()).isNaN());
        }
    }

    @Test
    void a_report_holds_all_that_can_be_read() {
        useMemory();
        MemoryReport report = MemoryReport.read(lake);
        assertThat(report.heap().used()).isPositive();
        assertThat(report.heap().committed())
                .isGreaterThanOrEqualTo(report.heap().used());
        assertThat(report.nonHeap().used()).isPositive();
        assertThat(report.duckDb()).containsOnlyKeys(MemoryMetrics.DUCKDB_TAGS);
        assertThat(report.duckDb().values())
                .allSatisfy(bytes -> assertThat(bytes).isNotNegative());
        assertThat(report.duckDbSpilled().keySet()).isEqualTo(report.duckDb().keySet());
        assertThat(report.duckDbLimit())
                .hasValueSatisfying(limit -> assertThat(limit).matches("[0-9.]+ [KMGT]iB"));
        assertThat(report.container().isPresent())
                .isEqualTo(ContainerMemory.read().isPresent());
    }

    @Test
    void a_report_of_a_closed_client_leaves_out_the_engine_and_keeps_the_rest() {
        lake.close();
        MemoryReport report = MemoryReport.read(lake);
        assertThat(report.duckDb()).isEmpty();
        assertThat(report.duckDbSpilled()).isEmpty();
        assertThat(report.duckDbLimit()).isEmpty();
        assertThat(report.heap().used()).isPositive();
    }

    @Test
    void gauges_of_a_closed_client_show_no_engine() {
        lake.close();
        new MemoryMetrics(lake).bindTo(registry);
        assertThat(registry.get("ducklake.duckdb.memory").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isNaN());
    }
}
