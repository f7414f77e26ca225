package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.RowWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real lake in files leaves as observations. */
class DuckLakeObservationsTest {

    private static final String NAME = "db.client.operation.duration";

    @TempDir
    Path directory;

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = DuckLakeClient.connect(DuckLakeSettings.embeddedBuilder(directory)
                .alias("sea")
                .observer(new DuckLakeObservations(registry))
                .build());
        lake.execute("CREATE TABLE fish (id BIGINT NOT NULL, name VARCHAR)");
        registry.clear();
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private TestObservationRegistryAssert observed() {
        return TestObservationRegistryAssert.assertThat(registry);
    }

    @Test
    void a_query_is_one_observation_with_the_names_of_opentelemetry() {
        lake.query("SELECT * FROM fish WHERE name = 'canary' AND id = ?", 4711).list();
        observed()
                .hasSingleObservationThat()
                .hasNameEqualTo(NAME)
                .hasContextualNameEqualTo("SELECT sea")
                .hasBeenStarted()
                .hasBeenStopped()
                .doesNotHaveError()
                .hasLowCardinalityKeyValue("db.system.name", "duckdb")
                .hasLowCardinalityKeyValue("db.namespace", "sea")
                .hasLowCardinalityKeyValue("db.operation.name", "SELECT")
                .hasLowCardinalityKeyValue("ducklake.operation", "query")
                .hasLowCardinalityKeyValue("ducklake.outcome", "success")
                .hasLowCardinalityKeyValue("ducklake.error", "none")
                .hasHighCardinalityKeyValue("db.query.text", "SELECT * FROM fish WHERE name = ? AND id = ?")
                .doesNotHaveHighCardinalityKeyValueWithKey("error.type");
    }

    @Test
    void a_failure_is_told_by_its_class_and_its_sqlstate() {
        assertThatThrownBy(() -> lake.query("SELECT * FROM birds").list()).isInstanceOf(QueryException.class);
        observed()
                .hasSingleObservationThat()
                .hasError()
                .hasLowCardinalityKeyValue("ducklake.outcome", "error")
                .hasLowCardinalityKeyValue("ducklake.error", "Catalog")
                .hasHighCardinalityKeyValue("error.type", "Catalog")
                .hasHighCardinalityKeyValue("db.response.status_code", "42P01");
    }

    @Test
    void what_the_application_throws_is_not_told() {
        assertThatThrownBy(() -> lake.useTransaction(tx -> {
                    throw new IOException("canary");
                }))
                .isInstanceOf(IOException.class);
        observed()
                .hasSingleObservationThat()
                .hasError()
                .thenError()
                .hasMessageNotContaining("canary")
                .backToContext()
                .hasLowCardinalityKeyValue("ducklake.error", "Application");
    }

    @Test
    void operations_are_children_of_their_callers_observation_and_statements_of_their_transaction() {
        Observation outer = Observation.start("caller", registry);
        AtomicReference<Observation> transaction = new AtomicReference<>(outer);
        try (Observation.Scope scope = outer.openScope()) {
            assertThat(scope.getCurrentObservation()).isSameAs(outer);
            lake.useTransaction(tx -> {
                transaction.set(Objects.requireNonNull(registry.getCurrentObservation()));
                tx.execute("INSERT INTO fish VALUES (1, 'eel')");
            });
            lake.query("SELECT 1").list();
        }
        outer.stop();
        observed()
                .hasObservationWithNameEqualTo("caller")
                .that()
                .doesNotHaveParentObservation()
                .backToTestObservationRegistry()
                .hasAnObservation(context -> context.hasLowCardinalityKeyValue("ducklake.operation", "commit")
                        .hasParentObservationEqualTo(outer))
                .hasAnObservation(context -> context.hasLowCardinalityKeyValue("ducklake.operation", "query")
                        .hasParentObservationEqualTo(outer))
                .hasAnObservation(context -> context.hasLowCardinalityKeyValue("ducklake.operation", "execute")
                        .hasParentObservationEqualTo(transaction.get()));
        assertThat(transaction.get()).isNotSameAs(outer);
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void a_batch_of_rows_has_the_names_that_it_can_be_found_by() {
        try (RowWriter writer = lake.rowWriter("fish")) {
            registry.clear();
            Committed committed = writer.write(4711, "canary").join();
            observed()
                    .hasAnObservation(context -> context.hasContextualNameEqualTo("write sea")
                            .hasHighCardinalityKeyValue("db.collection.name", "main.fish")
                            .hasHighCardinalityKeyValue(
                                    "ducklake.operation.id",
                                    committed.operationId().toString())
                            .hasHighCardinalityKeyValue(
                                    "ducklake.snapshot.id",
                                    Long.toString(committed.snapshotId().orElseThrow())));
        }
    }

    @Test
    void without_handlers_nothing_is_made() {
        ObservationRegistry nobody = ObservationRegistry.create();
        DuckLakeObservations observations = new DuckLakeObservations(nobody);
        OperationObserver.Running first = observations.begin(start("t"));
        assertThat(observations.begin(start("u"))).isSameAs(first);
        first.end(end(Optional.empty()));
    }

    @Test
    void ten_thousand_tables_make_as_many_series_as_one() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ObservationRegistry metered = ObservationRegistry.create();
        metered.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        DuckLakeObservations observations = new DuckLakeObservations(metered);
        observations.begin(start("first")).end(end(Optional.empty()));
        observations.begin(start("first")).end(end(Optional.of("IO")));
        List<String> before = series(meters);
        for (int i = 0; i < 10_000; i++) {
            observations.begin(start("t" + i)).end(end(i % 2 == 0 ? Optional.empty() : Optional.of("IO")));
        }
        assertThat(series(meters)).isEqualTo(before);
        assertThat(meters.get(NAME).tag("ducklake.outcome", "error").timer().count())
                .isEqualTo(5001);
    }

    private static List<String> series(PrometheusMeterRegistry meters) {
        return meters.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getName() + id.getTags())
                .sorted()
                .collect(Collectors.toList());
    }

    private static OperationObserver.Start start(String table) {
        return new OperationObserver.Start(
                "sea", DuckLakeEvent.Operation.WRITE, Optional.of("main." + table), Optional.empty());
    }

    private static OperationObserver.End end(Optional<String> error) {
        return new OperationObserver.End(
                Duration.ofMillis(1), Optional.empty(), OptionalLong.empty(), error, Optional.empty());
    }
}
