package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.datlake.ducklake.testing.WireProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers that answer, but not with what a write needs. Its caller learns why in time, nothing of it is there, and the
 * next one works as soon as the fault is over.
 */
class StoreFaultsIT {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFaultsIT.class);

    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** A second after the deadline is what is promised; the other one is for a machine that is busy with tests. */
    private static final Duration LIMIT = DEADLINE.plusSeconds(2);

    private static final int ROWS = 50;
    private static final String INSERT = "INSERT INTO t SELECT ?, range FROM range(?)";

    private static PostgresServer postgres;
    private static S3Server store;
    private static StoreAdmin admin;

    @BeforeAll
    static void launch() {
        postgres = PostgresServer.launch();
        store = S3Server.launch();
        admin = new StoreAdmin(store);
    }

    @AfterAll
    static void end() {
        postgres.close();
        store.close();
    }

    @Test
    void a_write_that_the_store_forbids_half_way_leaves_nothing() {
        Secret secretKey = Secret.of(UUID.randomUUID().toString());
        admin.createUser("half-way", secretKey);
        StorageSettings.S3 storage = bucket(store.endpoint(), "half-way", secretKey);
        try (DuckLakeClient lake = connect(storage)) {
            Fault fault = new Fault(() -> admin.allow(StoreAdmin.READ), () -> admin.allow(StoreAdmin.READ_AND_WRITE));

            assertRefusedAndHealed(lake, fault, StorageException.class, () -> writeHalfWay(lake, fault));
        }
    }

    @Test
    void what_was_uploaded_before_the_store_forbade_it_is_committed() {
        Secret secretKey = Secret.of(UUID.randomUUID().toString());
        admin.createUser("uploaded", secretKey);
        try (DuckLakeClient lake = connect(bucket(store.endpoint(), "uploaded", secretKey))) {
            Ledger ledger = new Ledger(ROWS);
            ledger.write(
                    "uploaded",
                    () -> lake.useTransaction(transaction -> {
                        transaction.execute(INSERT, "uploaded", ROWS);
                        admin.allow(StoreAdmin.READ);
                    }));

            assertThat(ledger.count(Status.COMMITTED)).isEqualTo(1);
            ledger.audit(lake, store).assertClean();
        }
    }

    @Test
    void a_write_whose_upload_hangs_leaves_nothing() {
        String[] address = store.endpoint().split(":", -1);
        try (WireProxy wire = WireProxy.bytes(address[0], Integer.parseInt(address[1]));
                DuckLakeClient lake =
                        connect(bucket(wire.host() + ":" + wire.port(), store.accessKey(), store.secretKey()))) {
            Fault fault = new Fault(wire::freeze, wire::thaw);

            assertRefusedAndHealed(lake, fault, QueryTimeoutException.class, () -> writeHalfWay(lake, fault));
        }
    }

    @Test
    void a_write_into_a_bucket_that_is_full_leaves_nothing() {
        StorageSettings.S3 storage = bucket(store.endpoint(), store.accessKey(), store.secretKey());
        try (DuckLakeClient lake = connect(storage)) {
            Fault fault = new Fault(() -> admin.limit(storage.bucket(), 1), () -> admin.limit(storage.bucket(), 0));

            assertRefusedAndHealed(lake, fault, StorageException.class, () -> writeHalfWay(lake, fault));
        }
    }

    @Test
    void a_write_into_a_catalog_that_is_read_only_leaves_nothing() {
        try (DuckLakeClient lake = connect(bucket(store.endpoint(), store.accessKey(), store.secretKey()))) {
            Fault fault = new Fault(() -> readOnly("on"), () -> readOnly("off"));

            // What has begun goes on; it is the next one that is refused.
            assertRefusedAndHealed(lake, fault, CatalogException.class, () -> {
                fault.begin().run();
                lake.execute(INSERT, "during", ROWS);
            });
        }
    }

    private static void readOnly(String value) {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute("ALTER SYSTEM SET default_transaction_read_only = " + value);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        // The server tells its sessions before it starts new ones.
        Awaitility.await().atMost(LIMIT).until(() -> value.equals(ofNewSession("default_transaction_read_only")));
    }

    private static String ofNewSession(String setting) throws SQLException {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet shown = statement.executeQuery("SHOW " + setting)) {
            shown.next();
            return shown.getString(1);
        }
    }

    private static StorageSettings.S3 bucket(String endpoint, String accessKey, Secret secretKey) {
        return StorageSettings.S3
                .builder("http://" + endpoint, "lake-" + UUID.randomUUID())
                .credentials(accessKey, secretKey)
                .bucketEncryption(false)
                .build();
    }

    private static DuckLakeClient connect(StorageSettings storage) {
        DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.builder()
                .catalog(postgres.newDatabase())
                .storage(storage)
                .dataInliningRowLimit(0)
                .operationTimeout(DEADLINE)
                .build());
        lake.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
        return lake;
    }

    private static void writeHalfWay(DuckLakeClient lake, Fault fault) {
        lake.useTransaction(transaction -> {
            transaction.execute(INSERT, "during", ROWS);
            fault.begin().run();
            transaction.execute(INSERT, "during too", ROWS);
        });
    }

    private static void assertRefusedAndHealed(
            DuckLakeClient lake, Fault fault, Class<? extends DuckLakeException> expected, Runnable write) {
        Ledger ledger = new Ledger(ROWS);
        ledger.write("before", () -> lake.execute(INSERT, "before", ROWS));
        try {
            long start = System.nanoTime();
            DuckLakeException thrown = catchThrowableOfType(DuckLakeException.class, write::run);
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            LOG.info("after {} ms: {}", took.toMillis(), String.valueOf(thrown));
            assertThat(thrown).isInstanceOf(expected);
            assertThat(took).isLessThan(LIMIT);
        } finally {
            fault.end().run();
        }
        ledger.note("during", Status.NOT_COMMITTED);
        ledger.note("during too", Status.NOT_COMMITTED);
        ledger.writeOne("after", batch -> lake.execute(INSERT, batch, ROWS));

        Audit audit = ledger.audit(lake, store);
        FaultFigures.note(StoreFaultsIT.class, 1, ledger, audit);
        audit.assertClean();
    }

    /**
     * A fault.
     *
     * @param begin what causes it
     * @param end what ends it
     */
    private record Fault(Runnable begin, Runnable end) {}
}
