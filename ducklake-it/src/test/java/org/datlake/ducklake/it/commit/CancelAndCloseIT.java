package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.datlake.ducklake.testing.WireProxy;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes that are given up at each step, in each way there is: the call ends in time, what its caller was told is true,
 * and nothing of the client stays, neither threads nor sessions.
 */
class CancelAndCloseIT {

    private static final Logger LOG = LoggerFactory.getLogger(CancelAndCloseIT.class);

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** A second after the deadline is what is promised; the other one is for a machine that is busy with tests. */
    private static final Duration LIMIT = DEADLINE.plusSeconds(2);

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROWS = 50;
    private static final String INSERT = "INSERT INTO t SELECT ?, range FROM range(?)";

    /** Takes far longer than the deadline, but can be stopped. */
    private static final String SLOW_INSERT =
            "INSERT INTO t SELECT ?, count(*) FROM range(?) a, range(10000000) b, range(10000000) c";

    private WireProxy catalogWire;
    private WireProxy storeWire;
    private DuckLakeSettings settings;
    private DuckLakeClient whole;
    private Ledger ledger;
    private int faults;

    /** The step of a write that it is given up in. */
    private enum Step {
        BEFORE_BEGIN,
        STATEMENT,
        UPLOAD,
        COMMIT,
        RESOLVE
    }

    @BeforeEach
    void prepare() {
        CatalogSettings.Postgres catalog = PostgresServer.shared().newDatabase();
        StorageSettings.S3 bucket = S3Server.shared().newBucket();
        catalogWire = WireProxy.postgres(catalog.host(), catalog.port());
        String[] store = S3Server.shared().endpoint().split(":", -1);
        storeWire = WireProxy.bytes(store[0], Integer.parseInt(store[1]));
        ledger = new Ledger(ROWS);
        faults = 0;
        whole = DuckLakeClient.connect(
                DuckLakeSettings.builder().catalog(catalog).storage(bucket).build());
        whole.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
        settings = DuckLakeSettings.builder()
                .alias("given_up")
                .catalog(CatalogSettings.postgres(
                        catalogWire.host(), catalogWire.port(), catalog.database(), catalog.user(), catalog.password()))
                .storage(StorageSettings.S3
                        .builder("http://" + storeWire.host() + ":" + storeWire.port(), bucket.bucket())
                        .credentials(bucket.accessKey(), bucket.secretKey())
                        .bucketEncryption(false)
                        .build())
                .dataInliningRowLimit(0)
                .operationTimeout(DEADLINE)
                .engine(EngineSettings.builder()
                        .healthInterval(Duration.ofHours(1))
                        .build())
                .build();
    }

    @Test
    void a_write_whose_caller_is_interrupted_is_as_its_caller_was_told() throws Exception {
        assertAllSteps(this::write, (attempt, caller) -> caller.interrupt());
    }

    @Test
    void a_write_that_reaches_its_deadline_is_as_its_caller_was_told() throws Exception {
        assertAllSteps(this::write, (attempt, caller) -> LockSupport.parkNanos(DEADLINE.toNanos()));
    }

    @Test
    void a_jdbc_write_that_is_cancelled_is_as_its_caller_was_told() throws Exception {
        assertAllSteps(this::writeByJdbc, (attempt, caller) -> {
            PreparedStatement statement = attempt.statement;
            if (statement != null) {
                statement.cancel();
            }
        });
    }

    private void assertAllSteps(Write write, GiveUp giveUp) throws Exception {
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            for (Step step : Step.values()) {
                giveUpOnce(lake, step, write, giveUp);
                ledger.writeOne("after " + step, batch -> lake.execute(INSERT, batch, ROWS));
            }
        }
        assertNothingStays();
    }

    @Test
    void a_write_whose_client_is_closed_is_as_its_caller_was_told() throws Exception {
        for (Step step : Step.values()) {
            try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
                giveUpOnce(lake, step, this::write, (attempt, caller) -> lake.close(GRACE));
            }
        }
        assertNothingStays();
    }

    private void giveUpOnce(DuckLakeClient lake, Step step, Write write, GiveUp giveUp) throws Exception {
        String batch = step.toString();
        AtomicLong ended = new AtomicLong();
        Attempt attempt = new Attempt(step);
        Thread caller = new Thread(() -> {
            ledger.write(batch, () -> write.run(lake, attempt, batch));
            ended.set(System.nanoTime());
        });
        int fired = catalogWire.fired();
        caller.start();
        assertThat(attempt.reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        long start = System.nanoTime();
        if (step == Step.RESOLVE) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> catalogWire.fired() > fired);
            // Those that were open could still be asked what became of it.
            catalogWire.cutAll();
        }
        // So that the engine is at work.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(step == Step.BEFORE_BEGIN ? 0 : 200));
        giveUp.run(attempt, caller);
        attempt.givenUp.countDown();
        caller.join(PATIENCE.toMillis());
        catalogWire.thaw();
        catalogWire.accept();
        storeWire.thaw();

        faults++;
        LOG.info("{}: {} after {} ms", step, ledger.told(batch), (ended.get() - start) / 1_000_000);
        assertThat(caller.isAlive()).isFalse();
        assertThat(Duration.ofNanos(ended.get() - start))
                .as("the call, given up in step " + step)
                .isLessThan(LIMIT);
    }

    private void write(DuckLakeClient lake, Attempt attempt, String batch) {
        lake.useTransaction(transaction -> {
            attempt.before();
            transaction.execute(attempt.sql(), batch, ROWS);
            attempt.after();
        });
    }

    private void writeByJdbc(DuckLakeClient lake, Attempt attempt, String batch) {
        try (Connection connection = lake.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(attempt.sql())) {
            connection.setAutoCommit(false);
            attempt.statement = insert;
            insert.setString(1, batch);
            insert.setInt(2, ROWS);
            attempt.before();
            insert.executeUpdate();
            attempt.after();
            connection.commit();
        } catch (SQLException e) {
            throw e.getCause() instanceof DuckLakeException told ? told : new QueryTimeoutException("not committed", e);
        }
    }

    private void assertNothingStays() {
        String database = ((CatalogSettings.Postgres) settings.catalog()).database();
        Awaitility.await("the end of the client's threads and sessions")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("datlake-" + settings.alias()));
                    assertThat(SessionCount.of(PostgresServer.shared(), database, settings.alias()))
                            .isZero();
                });
        Audit audit = ledger.audit(whole, S3Server.shared());
        FaultFigures.note(CancelAndCloseIT.class, faults, ledger, audit);
        audit.assertClean();
    }

    @AfterEach
    void end() {
        whole.close();
        catalogWire.close();
        storeWire.close();
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) settings.catalog();
        PostgresServer.shared().dropDatabase(catalog.database());
        S3Server.shared().removeBucket(((StorageSettings.S3) settings.storage()).bucket());
    }

    /** One write that is given up in a step; between the thread that writes and the one that gives up. */
    private final class Attempt {

        private final Step step;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch givenUp = new CountDownLatch(1);
        private volatile @Nullable PreparedStatement statement;

        Attempt(Step step) {
            this.step = step;
        }

        String sql() {
            return step == Step.STATEMENT ? SLOW_INSERT : INSERT;
        }

        void before() {
            if (step == Step.UPLOAD) {
                storeWire.freeze();
            }
            if (step.compareTo(Step.COMMIT) < 0) {
                reached.countDown();
            }
            if (step == Step.BEFORE_BEGIN) {
                awaitGivenUp();
            }
        }

        private void awaitGivenUp() {
            try {
                givenUp.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void after() {
            if (step == Step.COMMIT) {
                catalogWire.freeze();
            } else if (step == Step.RESOLVE) {
                catalogWire.refuse();
                catalogWire.cutAtText("COMMIT", Moment.AFTER_FORWARDING);
            }
            reached.countDown();
        }
    }

    private interface Write {
        void run(DuckLakeClient lake, Attempt attempt, String batch);
    }

    private interface GiveUp {
        void run(Attempt attempt, Thread caller) throws Exception;
    }
}
