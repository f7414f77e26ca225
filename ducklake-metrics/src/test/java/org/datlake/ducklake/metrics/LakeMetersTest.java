package org.datlake.ducklake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.QueryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real lake in files leaves in a registry. */
class LakeMetersTest {

    /** More connections than a client keeps ready. */
    private static final int MANY = 20;

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DuckLakeMetrics metrics = new DuckLakeMetrics(registry);
    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = DuckLakeClient.connect(DuckLakeSettings.embeddedBuilder(directory)
                .alias("sea")
                .listener(metrics)
                .build());
        metrics.observe(lake);
        lake.execute("CREATE TABLE fish (id BIGINT, name VARCHAR)");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Timer queries(String operation, String error) {
        return registry.get("ducklake.queries")
                .tags("catalog", "sea", "operation", operation, "error", error)
                .timer();
    }

    private double gauge(String name) {
        return registry.get(name).tags("catalog", "sea").gauge().value();
    }

    @Test
    void connecting_is_timed_once() {
        Timer attach =
                registry.get("ducklake.attach").tags("outcome", "success").timer();
        assertThat(attach.count()).isEqualTo(1);
        assertThat(attach.totalTime(TimeUnit.NANOSECONDS)).isPositive();
    }

    @Test
    void each_way_to_run_a_statement_is_timed_apart() {
        lake.query("SELECT 1").as(Integer.class).one();
        lake.query("SELECT 2").as(Integer.class).one();
        lake.execute("INSERT INTO fish VALUES (1, 'eel')");
        lake.useConnection(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT * FROM fish")) {
                assertThat(rows.next()).isTrue();
            }
        });
        assertThat(queries("query", "none").count()).isEqualTo(2);
        // The other one made the table.
        assertThat(queries("execute", "none").count()).isEqualTo(2);
        assertThat(queries("jdbc", "none").count()).isEqualTo(1);
    }

    @Test
    void a_transaction_is_timed_as_one_commit() {
        Timer commits =
                registry.get("ducklake.commits").tags("outcome", "success").timer();
        long before = commits.count();
        lake.useTransaction(tx -> {
            tx.execute("INSERT INTO fish VALUES (1, 'eel')");
            tx.execute("INSERT INTO fish VALUES (2, 'cod')");
        });
        assertThat(commits.count()).isEqualTo(before + 1);
    }

    @Test
    void a_failed_statement_carries_the_word_of_the_engine() {
        assertThatThrownBy(() -> lake.query("SELECT * FROM birds").list()).isInstanceOf(QueryException.class);
        assertThat(queries("query", "Catalog").count()).isEqualTo(1);
        assertThatThrownBy(() -> lake.query("SELEKT 1").list()).isInstanceOf(QueryException.class);
        assertThat(queries("query", "Parser").count()).isEqualTo(1);
    }

    @Test
    void a_conflict_that_was_run_again_is_a_retry_and_a_success() {
        lake.execute("INSERT INTO fish VALUES (1, 'eel')");
        AtomicInteger attempts = new AtomicInteger();
        lake.useTransaction(tx -> {
            tx.execute("UPDATE fish SET name = 'cod' WHERE id = 1");
            if (attempts.incrementAndGet() == 1) {
                lake.execute("UPDATE fish SET name = 'ray' WHERE id = 1");
            }
        });
        assertThat(attempts).hasValue(2);
        assertThat(registry.get("ducklake.retries")
                        .tags("catalog", "sea", "operation", "commit")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.find("ducklake.commits").tags("outcome", "error").timer())
                .isNull();
    }

    @Test
    void gauges_show_what_the_client_says() {
        assertThat(gauge("ducklake.catalog.up")).isEqualTo(1);
        assertThat(gauge("ducklake.storage.up")).isEqualTo(1);
        assertThat(gauge("ducklake.snapshot.id")).isEqualTo(1);
        assertThat(gauge("ducklake.calls.running")).isZero();
        assertThat(gauge("ducklake.calls.waiting")).isZero();
        assertThat(gauge("ducklake.calls.hanging")).isZero();
    }

    @Test
    void lent_connections_are_active_ones() throws SQLException {
        List<Connection> lent = new ArrayList<>();
        try {
            assertThat(gauge("ducklake.connections.active")).isLessThan(MANY);
            for (int i = 0; i < MANY; i++) {
                lent.add(lake.dataSource().getConnection());
            }
            assertThat(gauge("ducklake.connections.active")).isGreaterThanOrEqualTo(MANY);
        } finally {
            for (Connection connection : lent) {
                connection.close();
            }
        }
    }

    @Test
    void inlined_rows_are_counted_at_most_once_a_minute() {
        lake.execute("INSERT INTO fish SELECT i, 'eel' FROM range(3) t(i)");
        assertThat(gauge("ducklake.inlined.rows")).isEqualTo(3);
        lake.execute("INSERT INTO fish SELECT i, 'cod' FROM range(4) t(i)");
        assertThat(gauge("ducklake.inlined.rows")).isEqualTo(3);
    }

    @Test
    void no_tag_holds_sql_or_a_name_of_a_user() {
        lake.execute("INSERT INTO fish VALUES (1, 'canary')");
        lake.query("SELECT * FROM fish WHERE name = ?", "canary").list();
        assertThatThrownBy(() -> lake.query("SELECT canary FROM fish").list()).isInstanceOf(QueryException.class);
        new MemoryMetrics(lake).bindTo(registry);
        Set<String> keys = new TreeSet<>();
        Set<String> values = new TreeSet<>();
        for (Meter meter : registry.getMeters()) {
            if (meter.getId().getName().startsWith("ducklake.")) {
                meter.getId().getTags().forEach(tag -> keys.add(tag.getKey()));
                meter.getId().getTags().stream()
                        .filter(tag -> !tag.getKey().equals("tag"))
                        .map(Tag::getValue)
                        .forEach(values::add);
            }
        }
        assertThat(keys).containsExactlyInAnyOrder("catalog", "operation", "outcome", "error", "tag");
        assertThat(values).containsOnly("sea", "query", "execute", "success", "error", "none", "Binder");
    }

    @Test
    void more_work_makes_no_more_series() {
        lake.execute("INSERT INTO fish VALUES (1, 'eel')");
        lake.query("SELECT * FROM fish").list();
        int before = registry.getMeters().size();
        for (int i = 0; i < 20; i++) {
            lake.execute("CREATE TABLE school" + i + " (id BIGINT)");
            lake.query("SELECT count(*) FROM school" + i).as(Long.class).one();
        }
        assertThat(registry.getMeters()).hasSize(before);
    }

    @Test
    void texts_of_errors_make_no_series() {
        assertThatThrownBy(() -> lake.query("SELECT error('x')").list()).isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> lake.query("SELECT * FROM birds").list()).isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> lake.query("SELECT 'x'::INTEGER").list()).isInstanceOf(QueryException.class);
        int before = registry.getMeters().size();
        for (int i = 0; i < 20; i++) {
            String made = "Made" + i + " Error: Catalog Error: Other" + i + " Error: x";
            assertThatThrownBy(() -> lake.query("SELECT error(?)", made).list()).isInstanceOf(QueryException.class);
            assertThatThrownBy(
                            () -> lake.query("SELECT * FROM \"" + made + "\"").list())
                    .isInstanceOf(QueryException.class);
            assertThatThrownBy(() -> lake.query("SELECT ?::INTEGER", made).list())
                    .isInstanceOf(QueryException.class);
        }
        assertThat(registry.getMeters()).hasSize(before);
    }

    @Test
    void a_later_client_of_the_same_alias_takes_over_the_gauges(@TempDir Path other) {
        int before = registry.getMeters().size();
        DuckLakeSettings settings =
                DuckLakeSettings.embeddedBuilder(other).alias("sea").build();
        try (DuckLakeClient later = DuckLakeClient.connect(settings)) {
            metrics.observe(later);
            assertThat(registry.getMeters()).hasSize(before);
            assertThat(gauge("ducklake.snapshot.id")).isZero();
        }
    }

    @Test
    void gauges_of_a_closed_client_can_still_be_read() {
        lake.close();
        // A session that was being made ready in the background is closed a moment later.
        await().untilAsserted(
                        () -> assertThat(gauge("ducklake.connections.active")).isZero());
        assertThat(gauge("ducklake.calls.running")).isZero();
        assertThat(gauge("ducklake.inlined.rows")).isNaN();
    }

    @Test
    void prometheus_sees_the_names_that_are_published() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        DuckLakeMetrics listener = new DuckLakeMetrics(prometheus);
        DuckLakeSettings settings = DuckLakeSettings.embeddedBuilder(directory.resolve("second"))
                .listener(listener)
                .build();
        try (DuckLakeClient second = DuckLakeClient.connect(settings)) {
            listener.observe(second);
            new MemoryMetrics(second).bindTo(prometheus);
            second.execute("CREATE TABLE fish (id BIGINT)");
            second.query("SELECT * FROM fish").list();
            second.useTransaction(tx -> tx.execute("INSERT INTO fish VALUES (1)"));
            Set<String> names = prometheus
                    .scrape()
                    .lines()
                    .filter(line -> line.startsWith("ducklake_"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
            assertThat(names)
                    .contains(
                            "ducklake_queries_seconds_count",
                            "ducklake_queries_seconds_sum",
                            "ducklake_queries_seconds_max",
                            "ducklake_commits_seconds_count",
                            "ducklake_attach_seconds_count",
                            "ducklake_connections_active",
                            "ducklake_calls_running",
                            "ducklake_calls_waiting",
                            "ducklake_calls_hanging",
                            "ducklake_catalog_up",
                            "ducklake_storage_up",
                            "ducklake_snapshot_id",
                            "ducklake_inlined_rows",
                            "ducklake_process_rss_bytes",
                            "ducklake_duckdb_memory_bytes",
                            "ducklake_duckdb_spilled_bytes");
        }
    }
}
