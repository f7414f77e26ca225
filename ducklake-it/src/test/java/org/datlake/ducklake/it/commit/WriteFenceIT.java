package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.PostgresServer;

class WriteFenceIT {

    private static final String HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_writer_holds_the_fence_for_as_long_as_its_turn_lasts(DisposableLake place) throws SQLException {
        try (DuckLakeClient lake = fenced(place);
                Connection observer = observe(place)) {
            lake.execute("CREATE TABLE t (n BIGINT)");
            assertThat(ask(observer, HELD)).isZero();

            long during = lake.inTransaction(transaction -> {
                transaction.execute("INSERT INTO t VALUES (1)");
                return ask(observer, HELD);
            });

            assertThat(during).isPositive();
            assertThat(ask(observer, HELD)).isZero();
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void writers_of_several_clients_lose_nothing_and_meet_no_conflict(DisposableLake place) throws Exception {
        try (DuckLakeClient one = fenced(place);
                DuckLakeClient two = fenced(place)) {
            one.execute("CREATE TABLE t (n BIGINT)");
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> writers = new ArrayList<>();
            for (DuckLakeClient lake : List.of(one, two, one, two)) {
                Thread writer = new Thread(() -> {
                    for (int n = 0; n < 15; n++) {
                        lake.execute("INSERT INTO t VALUES (?)", n);
                    }
                });
                writer.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
                writer.start();
                writers.add(writer);
            }
            for (Thread writer : writers) {
                writer.join();
            }

            assertThat(failures).isEmpty();
            assertThat(one.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(60);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_process_that_keeps_the_fence_does_not_stop_the_others(DisposableLake place) throws SQLException {
        try (DuckLakeClient lake = fenced(place);
                Connection other = observe(place)) {
            lake.execute("CREATE TABLE t (n BIGINT)");
            ask(other, "SELECT count(pg_advisory_lock(hashtextextended('datlake ducklake writers', 0)))");

            lake.execute("INSERT INTO t VALUES (1)");

            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isEqualTo(1);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void writers_go_on_when_the_connection_of_the_fence_is_lost(DisposableLake place) throws SQLException {
        try (DuckLakeClient lake = fenced(place);
                Connection observer = observe(place)) {
            lake.execute("CREATE TABLE t (n BIGINT)");
            lake.useTransaction(transaction -> {
                transaction.execute("INSERT INTO t VALUES (1)");
                ask(
                        observer,
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
            });

            lake.execute("INSERT INTO t VALUES (2)");

            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isEqualTo(2);
        }
    }

    private static DuckLakeClient fenced(DisposableLake place) {
        return DuckLakeClient.connect(place.settings().writeFence(true).build());
    }

    private static Connection observe(DisposableLake place) throws SQLException {
        return PostgresServer.shared().connect(((CatalogSettings.Postgres) place.catalog()).database());
    }

    private static long ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
