package org.datlake.ducklake.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.datlake.ducklake.DuckLakeClient;
import org.jspecify.annotations.Nullable;

/** Gauges that read a client and do not keep it alive: a registry usually outlives the clients that it shows. */
final class ClientGauge {

    private ClientGauge() {}

    /**
     * Adds a gauge. It replaces that of an earlier client with the same alias: Micrometer would keep the old one, which
     * reads a closed client for ever.
     *
     * @param unit the base unit, or null for none
     * @param value reads the gauge; must not refer to the client itself
     */
    static void register(
            MeterRegistry registry,
            DuckLakeClient client,
            String name,
            @Nullable String unit,
            Tags tags,
            ToDoubleFunction<DuckLakeClient> value) {
        Tags all = tags.and(DuckLakeMeters.CATALOG, client.settings().alias());
        List<Meter> earlier = List.copyOf(registry.find(name).tags(all).meters());
        earlier.forEach(registry::remove);
        Gauge.builder(name, client, value).tags(all).baseUnit(unit).register(registry);
    }
}
