package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.Test;

/** The disk of PostgreSQL is full: a real file system, of which nothing is left. */
class CatalogDiskFullIT {

    private static final int ROWS = 2_000;
    private static final long DISK_BYTES = 48L << 20;
    private static final String INSERT = "INSERT INTO t SELECT ?, range FROM range(?)";

    @Test
    void a_write_that_finds_no_room_in_the_catalog_leaves_nothing_and_the_next_one_works() {
        try (PostgresServer postgres = PostgresServer.launchWithSmallDisk(DISK_BYTES);
                S3Server store = S3Server.launch();
                DuckLakeClient lake = connect(postgres, store)) {
            lake.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
            Ledger ledger = new Ledger(ROWS);
            ledger.write("before", () -> lake.execute(INSERT, "before", ROWS));
            assertThat(ledger.told("before")).isEqualTo(Status.COMMITTED);

            postgres.fillSmallDisk();
            for (int i = 0; i < 3; i++) {
                String batch = "during " + i;
                ledger.note(batch, Status.NOT_COMMITTED);
                assertThatThrownBy(() -> lake.execute(INSERT, batch, ROWS))
                        .isInstanceOfSatisfying(CatalogException.class, full -> {
                            assertThat(full).hasMessageContaining("the disk of the catalog database is full");
                            assertThat(full.sqlState()).isEqualTo("53100");
                            assertThat(full.isRetryable()).isTrue();
                        });
            }
            postgres.emptySmallDisk();

            ledger.writeOne("after", batch -> lake.execute(INSERT, batch, ROWS));
            Audit audit = ledger.audit(lake, store);
            FaultFigures.note(CatalogDiskFullIT.class, 1, ledger, audit);
            audit.assertClean();
        }
    }

    /** Inlines all rows, so that each write needs room in the catalog. */
    private static DuckLakeClient connect(PostgresServer postgres, S3Server store) {
        return DuckLakeClient.connect(DuckLakeSettings.builder()
                .catalog(postgres.newDatabaseOnSmallDisk())
                .storage(StorageSettings.S3
                        .builder("http://" + store.endpoint(), "lake-" + UUID.randomUUID())
                        .credentials(store.accessKey(), store.secretKey())
                        .bucketEncryption(false)
                        .build())
                .dataInliningRowLimit(10 * ROWS)
                .operationTimeout(Duration.ofSeconds(5))
                .build());
    }
}
