package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_LOCAL;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.PostgresServer;

/** The engine's own pool of connections to PostgreSQL. */
class CatalogPoolIT {

    private static final int CALLERS = 4;
    private static final int QUERIES = 20;

    /** More than a client with default settings ever has at once. */
    private static final int BROKEN = 60;

    @DuckLakeTest(POSTGRES_AND_LOCAL)
    void once_enough_connections_had_broken_every_transaction_opened_one_of_its_own(DisposableLake place)
            throws Exception {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        try (DuckLakeClient lake = place.client()) {
            lake.execute("CREATE TABLE t AS SELECT 1 AS i");
            breakConnectionsInUse(lake, catalog.database());
            query(lake);
            long before = opened(lake);

            for (int i = 0; i < QUERIES; i++) {
                query(lake);
            }

            assertThat(opened(lake) - before).isLessThan(QUERIES / 4);
        }
    }

    @DuckLakeTest(POSTGRES_AND_LOCAL)
    void connections_that_died_idle_cost_one_repetition_however_many_they_are(DisposableLake place) throws Exception {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        Queue<DuckLakeEvent> repetitions = new ConcurrentLinkedQueue<>();
        DuckLakeSettings settings = place.settings()
                .listener(event -> {
                    if (event instanceof DuckLakeEvent.Retried) {
                        repetitions.add(event);
                    }
                })
                .build();
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            lake.execute("CREATE TABLE t AS SELECT 1 AS i");
            poolSome(lake);
            try (Connection admin = PostgresServer.shared().connect("postgres")) {
                assertThat(endSessions(admin, catalog.database(), "idle")).isGreaterThanOrEqualTo(CALLERS);
            }

            for (int i = 0; i < 2 * CALLERS; i++) {
                query(lake);
            }

            assertThat(repetitions).hasSize(1);
        }
    }

    /** Transactions that are open at the same time need a connection each. */
    private static void poolSome(DuckLakeClient lake) throws SQLException {
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Connection connection = lake.dataSource().getConnection();
            open.add(connection);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT count(*) FROM t");
            }
        }
        for (Connection connection : open) {
            connection.rollback();
            connection.close();
        }
    }

    private static void breakConnectionsInUse(DuckLakeClient lake, String database) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(() -> queryUntil(lake, enough), "caller " + i);
            caller.start();
            callers.add(caller);
        }
        int[] broken = {0};
        try (Connection admin = PostgresServer.shared().connect("postgres")) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            (broken[0] += endSessions(admin, database, "active", "idle in transaction")) >= BROKEN);
        } finally {
            enough.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    private static void queryUntil(DuckLakeClient lake, AtomicBoolean enough) {
        while (!enough.get()) {
            try {
                query(lake);
            } catch (DuckLakeException e) {
                // Its connection was broken once too often; what matters here comes afterwards.
            }
        }
    }

    private static void query(DuckLakeClient lake) {
        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(1);
    }

    private static int endSessions(Connection admin, String database, String... states) throws SQLException {
        try (PreparedStatement end = admin.prepareStatement("SELECT count(pg_terminate_backend(pid))"
                + " FROM pg_stat_activity WHERE datname = ? AND state = ANY (?)")) {
            end.setString(1, database);
            end.setArray(2, admin.createArrayOf("text", states));
            try (ResultSet ended = end.executeQuery()) {
                ended.next();
                return ended.getInt(1);
            }
        }
    }

    /** Returns how many connections the engine has opened because none was free. */
    private static long opened(DuckLakeClient lake) {
        return lake.query("SELECT cache_misses FROM postgres_configure_pool()")
                .as(Long.class)
                .one();
    }
}
