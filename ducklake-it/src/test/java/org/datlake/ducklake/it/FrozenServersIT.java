package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.SnapshotView;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that hangs, its connections open: every call of the client returns within its deadline and a second. */
class FrozenServersIT {

    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final Duration LIMIT = DEADLINE.plusSeconds(1);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static PostgresServer postgres;
    private static S3Server s3;

    @BeforeAll
    static void launch() {
        postgres = PostgresServer.launch();
        s3 = S3Server.launch();
    }

    @AfterAll
    static void end() {
        postgres.close();
        s3.close();
    }

    /** A call, which may succeed or fail, but must end. */
    private interface Call {
        void run(DuckLakeClient lake) throws Exception;
    }

    private static Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put(
                "query of files", lake -> lake.query("SELECT sum(n) FROM filed").list());
        calls.put(
                "query of inlined rows",
                lake -> lake.query("SELECT sum(n) FROM inlined").list());
        calls.put("stream", lake -> {
            try (Stream<?> rows = lake.query("SELECT n FROM filed").stream()) {
                rows.forEach(row -> {});
            }
        });
        calls.put("execute, inlined", lake -> lake.execute("INSERT INTO inlined VALUES (1)"));
        calls.put("execute, file", lake -> lake.execute("INSERT INTO filed SELECT range FROM range(5000)"));
        calls.put(
                "transaction",
                lake -> lake.useTransaction(transaction -> {
                    transaction.execute("INSERT INTO inlined VALUES (2)");
                    transaction.query("SELECT count(*) FROM filed").list();
                }));
        calls.put("update", lake -> lake.execute("UPDATE filed SET n = n + 1 WHERE n < 10"));
        calls.put("create table", lake -> lake.execute("CREATE TABLE IF NOT EXISTS another (n INTEGER)"));
        calls.put("snapshots", DuckLakeClient::snapshots);
        calls.put("tables", DuckLakeClient::tables);
        calls.put("info", DuckLakeClient::info);
        calls.put("health", DuckLakeClient::health);
        calls.put("statistics", DuckLakeClient::statistics);
        calls.put("at", lake -> {
            try (SnapshotView view = lake.at(2)) {
                view.query("SELECT sum(n) FROM filed").list();
            }
        });
        calls.put("connection", lake -> lake.useConnection(connection -> read(connection)));
        calls.put("data source", lake -> {
            try (Connection connection = lake.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                read(connection);
                connection.commit();
            }
        });
        return calls;
    }

    private static void read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT sum(n) FROM filed")) {
            assertThat(rows.next()).isTrue();
        }
    }

    @Test
    void with_a_frozen_store_every_call_returns_within_its_deadline_and_a_second() {
        assertEveryCallReturns(s3::freeze, s3::thaw);
    }

    @Test
    void with_a_frozen_catalog_every_call_returns_within_its_deadline_and_a_second() {
        assertEveryCallReturns(postgres::freeze, postgres::thaw);
    }

    @Test
    void connecting_to_a_frozen_catalog_fails_in_time() {
        DuckLakeSettings settings = settings();
        postgres.freeze();
        List<String> late = new ArrayList<>();
        try {
            time("connect", () -> DuckLakeClient.connect(settings).close(), DEADLINE.plusSeconds(1), late);
        } finally {
            postgres.thaw();
        }

        assertThat(late).isEmpty();
    }

    private static DuckLakeSettings settings() {
        StorageSettings.S3 storage = s3.newBucket();
        return DuckLakeSettings.builder()
                .catalog(postgres.newDatabase())
                .storage(storage)
                .operationTimeout(DEADLINE)
                .connectionTimeout(DEADLINE)
                .connectionRetry(RetryPolicy.ofConnectionRetries(0))
                .build();
    }

    private static void assertEveryCallReturns(Runnable freeze, Runnable thaw) {
        DuckLakeClient lake = DuckLakeClient.connect(settings());
        List<String> late = new ArrayList<>();
        try (lake) {
            lake.execute("CREATE TABLE filed AS SELECT range AS n FROM range(20000)");
            lake.execute("CREATE TABLE inlined (n INTEGER)");
            lake.execute("INSERT INTO inlined VALUES (0)");

            freeze.run();
            try {
                calls().forEach((name, call) -> time(name, () -> call.run(lake), LIMIT, late));
            } finally {
                thaw.run();
            }
            assertThat(late).isEmpty();

            // It heals by itself; how fast is another test's business.
            Awaitility.await()
                    .atMost(RECOVERY)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(lake.query("SELECT count(*) > 0 FROM filed")
                                    .as(Boolean.class)
                                    .one())
                            .isTrue());
            freeze.run();
            try {
                time("close", () -> lake.close(DEADLINE), LIMIT, late);
            } finally {
                thaw.run();
            }
        }
        assertThat(late).isEmpty();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void time(String name, Step step, Duration limit, List<String> late) {
        long start = System.nanoTime();
        String outcome = "ok";
        try {
            step.run();
        } catch (Exception e) {
            outcome = e.toString();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (took.compareTo(limit) > 0) {
            late.add(name + " took " + took.toMillis() + " ms: " + outcome);
        }
    }
}
