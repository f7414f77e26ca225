package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.HealthReport;
import org.datlake.ducklake.HealthReport.Status;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that end and come back while a client is connected: health tells the truth, and calls work again at once. */
class OutageIT {

    private static final Duration TRUTH = Duration.ofSeconds(5);
    private static final Duration FIRST_CALL = Duration.ofSeconds(2);

    private final Queue<DuckLakeEvent> events = new ConcurrentLinkedQueue<>();
    private PostgresServer postgres;
    private S3Server s3;
    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        postgres = PostgresServer.launch();
        s3 = S3Server.launch();
        lake = DuckLakeClient.connect(DuckLakeSettings.builder()
                .catalog(postgres.newDatabase())
                .storage(s3.newBucket())
                .listener(events::add)
                .build());
        lake.execute("CREATE TABLE filed AS SELECT range AS n FROM range(20000)");
        awaitHealth(Status.UP);
    }

    @AfterEach
    void end() {
        lake.close();
        postgres.close();
        s3.close();
    }

    @Test
    void a_catalog_that_is_stopped_and_started_is_noticed_and_used_again() {
        assertOutageOfCatalogIsSurvived(postgres::stop);
    }

    @Test
    void a_catalog_that_is_killed_and_started_is_noticed_and_used_again() {
        assertOutageOfCatalogIsSurvived(postgres::kill);
    }

    @Test
    void a_store_that_is_stopped_and_started_is_noticed_and_used_again() {
        assertOutageOfStorageIsSurvived(s3::stop);
    }

    @Test
    void a_store_that_is_killed_and_started_is_noticed_and_used_again() {
        assertOutageOfStorageIsSurvived(s3::kill);
    }

    private void assertOutageOfCatalogIsSurvived(Runnable end) {
        end.run();
        HealthReport down = awaitHealth(Status.DOWN);
        assertThat(down.part("catalog").orElseThrow().status()).isEqualTo(Status.DOWN);
        assertThat(down.part("catalog").orElseThrow().reason()).isPresent();
        assertThat(down.part("storage").orElseThrow().status()).isEqualTo(Status.UP);

        postgres.start();
        assertFirstCallsWork();
        awaitHealth(Status.UP);
        assertThat(events)
                .hasAtLeastOneElementOfType(DuckLakeEvent.CatalogDown.class)
                .hasAtLeastOneElementOfType(DuckLakeEvent.CatalogUp.class);
    }

    private void assertOutageOfStorageIsSurvived(Runnable end) {
        end.run();
        HealthReport down = awaitHealth(Status.DEGRADED);
        assertThat(down.part("storage").orElseThrow().status()).isEqualTo(Status.DOWN);
        assertThat(down.part("catalog").orElseThrow().status()).isEqualTo(Status.UP);

        s3.start();
        assertFirstCallsWork();
        awaitHealth(Status.UP);
        assertThat(events)
                .hasAtLeastOneElementOfType(DuckLakeEvent.StorageDown.class)
                .hasAtLeastOneElementOfType(DuckLakeEvent.StorageUp.class);
    }

    /** One chance each: the deadline is what is promised. */
    private void assertFirstCallsWork() {
        assertThat(lake.query("SELECT sum(n) FROM filed")
                        .timeout(FIRST_CALL)
                        .as(Long.class)
                        .list())
                .isEqualTo(List.of(199990000L));
        lake.inTransaction(
                FIRST_CALL,
                transaction -> transaction.execute("CREATE TABLE later AS SELECT range AS n FROM range(5000)"));
        assertThat(lake.tables()).hasSize(2);
    }

    private HealthReport awaitHealth(Status status) {
        return Awaitility.await()
                .atMost(TRUTH)
                .pollInterval(Duration.ofMillis(50))
                .until(lake::health, report -> report.status() == status);
    }
}
