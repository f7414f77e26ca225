package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.WireProxy;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows that are written over HTTP and from other databases, while the wire to PostgreSQL breaks. */
class RowsOverHttpIT {

    private static final Logger LOG = LoggerFactory.getLogger(RowsOverHttpIT.class);
    private static final int CALLERS = 8;
    private static final int BATCHES = 6;
    private static final int ROWS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @DuckLakeTest(POSTGRES_AND_S3)
    void every_batch_that_is_repeated_until_it_is_answered_is_there_once(DisposableLake place) throws Exception {
        CatalogSettings.Postgres direct = (CatalogSettings.Postgres) place.catalog();
        try (DuckLakeClient lake = DuckLakeClient.connect(place.settings().build());
                WireProxy wire = WireProxy.postgres(direct.host(), direct.port());
                Backend backend = Backend.serve(directory, environment(place, wire, direct))) {
            lake.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
            backend.await("/health/ready", 200, PATIENCE);
            AtomicInteger answered = new AtomicInteger();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                String name = "caller " + caller;
                Thread thread = new Thread(() -> {
                    for (int n = 0; n < BATCHES; n++) {
                        writeUntilAnswered(backend, name + " batch " + n, n % 2 == 0);
                        answered.incrementAndGet();
                    }
                });
                thread.setUncaughtExceptionHandler((ignored, failure) -> {
                    failures.add(failure);
                    answered.set(CALLERS * BATCHES);
                });
                thread.start();
                callers.add(thread);
            }
            // Not at every COMMIT: some have to be answered before the next one is cut.
            while (answered.get() < CALLERS * BATCHES - CALLERS) {
                int fired = wire.fired();
                int before = answered.get();
                wire.cutAtText("COMMIT", fired % 2 == 0 ? Moment.AFTER_FORWARDING : Moment.BEFORE_FORWARDING);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> wire.fired() > fired || answered.get() >= CALLERS * BATCHES - CALLERS);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> answered.get() > before + 2);
            }
            wire.disarm();
            for (Thread thread : callers) {
                thread.join();
            }

            assertThat(failures).isEmpty();
            assertThat(wire.fired()).isPositive();
            Map<String, Long> found = new TreeMap<>();
            lake.query("SELECT batch, count(*) AS rows FROM t GROUP BY batch")
                    .forEach(row -> found.put(row.getString("batch"), row.getLong("rows")));
            assertThat(found).hasSize(CALLERS * BATCHES);
            assertThat(found.values()).containsOnly((long) ROWS);
        }
    }

    private static Map<String, String> environment(
            DisposableLake place, WireProxy wire, CatalogSettings.Postgres direct) {
        CatalogSettings.Postgres wired =
                CatalogSettings.postgres(wire.host(), wire.port(), direct.database(), direct.user(), direct.password());
        Map<String, String> environment = Backend.environment(wired, (StorageSettings.S3) place.storage());
        environment.put("DB_POSTGRES_SSLMODE", "disable");
        return environment;
    }

    /** As a caller should: again, with the same key, until there is an answer; here also one that is not plain JSON. */
    private static void writeUntilAnswered(Backend backend, String batch, boolean plain) {
        String body = plain
                ? IntStream.range(0, ROWS)
                        .mapToObj(i -> "{\"batch\":\"" + batch + "\",\"n\":" + i + "}")
                        .collect(Collectors.joining("\n"))
                : IntStream.range(0, ROWS)
                        .mapToObj(i -> batch + "," + i)
                        .collect(Collectors.joining("\n", "batch,n\n", ""));
        String type = plain ? "application/x-ndjson" : "text/csv";
        AtomicReference<String> last = new AtomicReference<>("nothing");
        Awaitility.await(batch)
                .conditionEvaluationListener(condition -> {
                    if (!condition.isSatisfied()) {
                        LOG.info("{} was answered {}", batch, last.get());
                    }
                })
                .atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    HttpResponse<String> answer = backend.post("/api/v1/tables/main/t/rows", type, body, batch);
                    last.set(answer.statusCode() + " " + answer.body());
                    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409, 503, 504);
                    return answer.statusCode() == 200;
                });
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_result_of_postgresql_is_loaded_with_its_types_and_files_of_the_store_are_found(DisposableLake place)
            throws SQLException {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        String url = "jdbc:postgresql://" + catalog.host() + ":" + catalog.port() + "/" + catalog.database();
        String bucket = ((StorageSettings.S3) place.storage()).bucket();
        try (DuckLakeClient lake = DuckLakeClient.connect(place.settings().build());
                Connection other = DriverManager.getConnection(
                        url, catalog.user(), catalog.password().reveal());
                Statement statement = other.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT i AS id, i::smallint AS s, (i / 8.0)::numeric(10,3) AS amount, 'n' || i AS name, "
                                + "timestamptz '2024-01-01 10:00:00+02' AS zoned, timestamp '2024-01-01 10:00:00.5' AS local, "
                                + "date '2024-01-01' + i AS day, time '10:00:00.25' AS clock, i % 2 = 0 AS even, "
                                + "md5(i::text)::uuid AS u, '\\x00ff'::bytea AS bytes, jsonb_build_object('i', i) AS j "
                                + "FROM generate_series(1, 5000) i")) {
            lake.load("copied").createTable().fromResultSet(rows);

            assertThat(lake.query("SELECT string_agg(column_type, ', ') FROM (DESCRIBE copied)")
                            .as(String.class)
                            .one())
                    .isEqualTo("INTEGER, SMALLINT, DECIMAL(10,3), VARCHAR, TIMESTAMP WITH TIME ZONE, TIMESTAMP, DATE, "
                            + "TIME, BOOLEAN, UUID, BLOB, VARCHAR");
            assertThat(lake.query(
                                    "SELECT concat_ws(' ', amount, name, epoch(zoned)::BIGINT, local, day, clock, even, u, "
                                            + "hex(bytes), j) FROM copied WHERE id = 3")
                            .as(String.class)
                            .one())
                    .isEqualTo("0.375 n3 1704096000 2024-01-01 10:00:00.5 2024-01-04 10:00:00.25 false "
                            + "eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3 00FF {\"i\": 3}");

            lake.useConnection(connection -> connection
                    .createStatement()
                    .execute("COPY (SELECT 7 AS id, 'stored' AS name) TO 's3://" + bucket
                            + "/incoming/a.parquet' (FORMAT parquet)"));
            assertThat(lake.load("copied")
                            .fromPattern("s3://" + bucket + "/incoming/*.parquet")
                            .rows())
                    .hasValue(1);
        }
    }
}
