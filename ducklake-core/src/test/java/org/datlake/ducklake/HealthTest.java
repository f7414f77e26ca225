package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.datlake.ducklake.HealthReport.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {

    @TempDir
    Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = TestLake.open(
                directory, settings -> settings.engine(TestLake.restless().build()));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void a_lake_that_works_is_up_in_all_its_parts() {
        HealthReport report = lake.health();

        assertThat(report.status()).isEqualTo(Status.UP);
        assertThat(report.isReady()).isTrue();
        assertThat(report.parts()).extracting(HealthReport.Part::name).containsExactly("engine", "catalog", "storage");
        assertThat(report.parts()).allSatisfy(part -> {
            assertThat(part.status()).isEqualTo(Status.UP);
            assertThat(part.reason()).isEmpty();
        });
        assertThat(report.snapshotId()).hasValue(0);
    }

    @Test
    void the_report_follows_the_lake() {
        Instant before = Instant.now();
        lake.execute("CREATE TABLE t (i INTEGER)");

        await().untilAsserted(() -> assertThat(lake.health().snapshotId()).hasValue(1));
        assertThat(lake.health().time()).isAfter(before);
    }

    @Test
    void without_its_storage_a_lake_is_degraded_and_says_why() throws IOException {
        Path files = directory.resolve("files");
        Path away = Files.move(files, directory.resolve("away"));

        await().untilAsserted(() -> assertThat(lake.health().status()).isEqualTo(Status.DEGRADED));
        assertThat(lake.health().isReady()).isFalse();
        assertThat(lake.health().part("storage")).hasValueSatisfying(part -> {
            assertThat(part.status()).isEqualTo(Status.DOWN);
            assertThat(part.reason())
                    .hasValueSatisfying(reason -> assertThat(reason).contains(files.toString(), "missing"));
        });

        Files.move(away, files);
        await().untilAsserted(() -> assertThat(lake.health().isReady()).isTrue());
    }

    @Test
    void probes_leave_nothing_behind() {
        await().until(() -> lake.health().time().isAfter(Instant.now().minusSeconds(5)));

        assertThat(directory.resolve("files")).isEmptyDirectory();
        await().untilAsserted(
                        () -> assertThat(lake.statistics().openConnections()).isLessThanOrEqualTo(6));
        assertThat(lake.statistics()).satisfies(statistics -> {
            assertThat(statistics.runningCalls()).isZero();
            assertThat(statistics.waitingCalls()).isZero();
            assertThat(statistics.quarantinedCalls()).isZero();
        });
    }
}
