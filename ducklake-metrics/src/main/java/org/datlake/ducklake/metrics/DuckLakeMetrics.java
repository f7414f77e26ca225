package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.datlake.ducklake.ClientStatistics;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeListener;
import org.datlake.ducklake.HealthReport;
import org.datlake.ducklake.HealthReport.Status;

/**
 * Turns what a client tells its listeners into timers and counters, and what it can be asked into gauges. Series are
 * few and fixed: no SQL, no names of tables, no users. Thread-safe.
 */
public final class DuckLakeMetrics implements DuckLakeListener {

    private final MeterRegistry registry;

    /** Makes a listener that records into a registry. */
    public DuckLakeMetrics(MeterRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /**
     * Adds the gauges of a client, which are read whenever the registry is. They replace those of an earlier client
     * with the same alias. The registry does not keep the client alive: once it is gone they are NaN.
     */
    public void observe(DuckLakeClient client) {
        gauge(DuckLakeMeters.CONNECTIONS_ACTIVE, client, statistic(ClientStatistics::openConnections));
        gauge(DuckLakeMeters.CALLS_RUNNING, client, statistic(ClientStatistics::runningCalls));
        gauge(DuckLakeMeters.CALLS_WAITING, client, statistic(ClientStatistics::waitingCalls));
        gauge(DuckLakeMeters.CALLS_HANGING, client, statistic(ClientStatistics::quarantinedCalls));
        gauge(DuckLakeMeters.CATALOG_UP, client, up("catalog"));
        gauge(DuckLakeMeters.STORAGE_UP, client, up("storage"));
        gauge(DuckLakeMeters.SNAPSHOT_ID, client, DuckLakeMetrics::snapshotId);
        gauge(DuckLakeMeters.INLINED_ROWS, client, new InlinedRows()::of);
    }

    private void gauge(String name, DuckLakeClient client, ToDoubleFunction<DuckLakeClient> value) {
        ClientGauge.register(registry, client, name, null, Tags.empty(), value);
    }

    private static ToDoubleFunction<DuckLakeClient> statistic(ToDoubleFunction<ClientStatistics> value) {
        return client -> value.applyAsDouble(client.statistics());
    }

    private static ToDoubleFunction<DuckLakeClient> up(String part) {
        return client -> client.health()
                        .part(part)
                        .filter(found -> found.status() == Status.UP)
                        .isPresent()
                ? 1
                : 0;
    }

    private static double snapshotId(DuckLakeClient client) {
        HealthReport report = client.health();
        return report.snapshotId().isPresent() ? report.snapshotId().getAsLong() : Double.NaN;
    }

    @Override
    public void on(DuckLakeEvent event) {
        if (event instanceof DuckLakeEvent.QueryFinished query) {
            Tags tags = outcome(event, query.errorType()).and(DuckLakeMeters.OPERATION, word(query.operation()));
            record(DuckLakeMeters.QUERIES, tags, query.took());
        } else if (event instanceof DuckLakeEvent.TransactionFinished transaction) {
            record(DuckLakeMeters.COMMITS, outcome(event, transaction.errorType()), transaction.took());
        } else if (event instanceof DuckLakeEvent.Attached attached) {
            record(DuckLakeMeters.ATTACH, outcome(event, Optional.empty()), attached.took());
        } else if (event instanceof DuckLakeEvent.AttachFailed failed) {
            record(
                    DuckLakeMeters.ATTACH,
                    outcome(event, Optional.of(failed.failure().errorType())),
                    failed.took());
        } else if (event instanceof DuckLakeEvent.Retried retried) {
            Tags tags = Tags.of(
                    DuckLakeMeters.CATALOG, event.catalog(),
                    DuckLakeMeters.OPERATION, word(retried.operation()),
                    DuckLakeMeters.ERROR, retried.errorType());
            registry.counter(DuckLakeMeters.RETRIES, tags).increment();
        } else if (event instanceof DuckLakeEvent.EngineReopened) {
            registry.counter(DuckLakeMeters.ENGINE_REOPENS, DuckLakeMeters.CATALOG, event.catalog())
                    .increment();
        } else if (event instanceof DuckLakeEvent.CallQuarantined) {
            registry.counter(DuckLakeMeters.CALLS_QUARANTINED, DuckLakeMeters.CATALOG, event.catalog())
                    .increment();
        }
    }

    private void record(String name, Tags tags, Duration took) {
        registry.timer(name, tags).record(took);
    }

    private static Tags outcome(DuckLakeEvent event, Optional<String> errorType) {
        return Tags.of(
                DuckLakeMeters.CATALOG, event.catalog(),
                DuckLakeMeters.OUTCOME, errorType.isPresent() ? "error" : "success",
                DuckLakeMeters.ERROR, errorType.orElse("none"));
    }

    private static String word(DuckLakeEvent.Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }
}
