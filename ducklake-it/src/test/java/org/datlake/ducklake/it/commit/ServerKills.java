package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers of its own, one of which is killed again and again while four threads write. */
final class ServerKills implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerKills.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LONGEST_WAIT_MILLIS = 500;

    private final Class<?> test;
    private final int kills;
    private final PostgresServer postgres = PostgresServer.launch();
    private final S3Server store = S3Server.launch();

    /**
     * Starts the servers.
     *
     * @param test whose figures these are
     */
    ServerKills(Class<?> test, int kills) {
        this.test = test;
        this.kills = kills;
    }

    PostgresServer postgres() {
        return postgres;
    }

    S3Server store() {
        return store;
    }

    /** Writes while a server is killed and started, and asserts that all is as the callers were told. */
    void assertSurvived(Runnable kill, Runnable start) throws Exception {
        long seed = Long.getLong("datlake.seed", System.nanoTime());
        LOG.info("{} - seed {}", test.getSimpleName(), seed);
        Random random = new Random(seed);
        String alias = test.getSimpleName().toLowerCase(Locale.ROOT);
        CatalogSettings.Postgres catalog = postgres.newDatabase();
        DuckLakeSettings settings = MixedWriters.settings(
                DuckLakeSettings.builder().alias(alias).catalog(catalog).storage(store.newBucket()));
        Ledger ledger = new Ledger(MixedWriters::rows);
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            MixedWriters.createTable(lake);
            try (MixedWriters writers = new MixedWriters(lake);
                    SessionCount sessions = new SessionCount(postgres, catalog.database(), alias)) {
                writers.start("", seed, ledger::write);
                for (int i = 0; i < kills; i++) {
                    killOnce(ledger, random, kill, start);
                    LOG.info(
                            "kill {} of {}: {} batches acknowledged so far",
                            i + 1,
                            kills,
                            ledger.count(Status.COMMITTED));
                }
                awaitMore(ledger);
                writers.end();
                assertThat(sessions.most()).as("sessions in PostgreSQL").isBetween(1, cap(lake));
            }
            Audit audit = ledger.audit(lake, store);
            FaultFigures.note(test, kills, ledger, audit);
            audit.assertClean();
        }
        assertNothingStays(catalog.database(), alias);
    }

    private static void killOnce(Ledger ledger, Random random, Runnable kill, Runnable start) {
        // Nothing is tested by killing while nobody gets anywhere.
        awaitMore(ledger);
        pause(random);
        kill.run();
        pause(random);
        start.run();
    }

    private static void pause(Random random) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_WAIT_MILLIS)));
    }

    private static void awaitMore(Ledger ledger) {
        long before = ledger.count(Status.COMMITTED);
        Awaitility.await("a commit")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> ledger.count(Status.COMMITTED) > before);
    }

    /** The engine's own pool, the one that outcomes are asked through, and a lock for each keyed write. */
    private static int cap(DuckLakeClient lake) {
        return lake.settings().engine().maxConcurrentCalls() + 4 + 4 + MixedWriters.THREADS;
    }

    private void assertNothingStays(String database, String alias) {
        Awaitility.await("the end of the client's threads and sessions")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("datlake-" + alias));
                    assertThat(SessionCount.of(postgres, database, alias)).isZero();
                });
    }

    @Override
    public void close() {
        postgres.close();
        store.close();
    }
}
