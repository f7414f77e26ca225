package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.S3Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections to PostgreSQL are cut again and again, at random, while four threads write. The raw engine, treated
 * like this, lost the file of 30 in 664 failed writes.
 *
 * <p>{@code -Ddatlake.cuts=500}, for each test, makes it longer, {@code -Ddatlake.seed=...} repeats a run.
 */
class RandomCutsIT {

    private static final Logger LOG = LoggerFactory.getLogger(RandomCutsIT.class);
    private static final int CUTS = Integer.getInteger("datlake.cuts", 60);
    private static final int WRITERS = 4;
    private static final int ROWS = 30;

    @DuckLakeTest(POSTGRES_AND_S3)
    void nothing_is_lost_or_doubled_when_files_are_written(DisposableLake place) throws InterruptedException {
        assertCutsAreSurvived(place, 0);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void nothing_is_lost_or_doubled_when_rows_are_inlined(DisposableLake place) throws InterruptedException {
        assertCutsAreSurvived(place, 1000);
    }

    private static void assertCutsAreSurvived(DisposableLake place, int inliningLimit) throws InterruptedException {
        long seed = Long.getLong("datlake.seed", System.nanoTime());
        Random random = new Random(seed);
        try (FaultyLake lake = new FaultyLake(place, inliningLimit, Duration.ofSeconds(20))) {
            Ledger ledger = new Ledger(ROWS);
            AtomicInteger cuts = new AtomicInteger();
            List<Thread> writers = startWriters(lake, ledger, cuts);
            while (cuts.get() < CUTS) {
                LockSupport.parkNanos(
                        Duration.ofMillis(20 + random.nextInt(120)).toNanos());
                lake.wire().cutAll();
                cuts.incrementAndGet();
            }
            for (Thread writer : writers) {
                writer.join();
            }

            LOG.info(
                    "seed {}, inlining limit {}: {} cuts, {} batches committed, {} not, {} unknown",
                    seed,
                    inliningLimit,
                    cuts,
                    ledger.count(Status.COMMITTED),
                    ledger.count(Status.NOT_COMMITTED),
                    ledger.count(Status.UNKNOWN));
            assertThat(ledger.count(Status.COMMITTED)).isPositive();
            Audit audit = ledger.audit(lake.whole(), S3Server.shared());
            FaultFigures.note(RandomCutsIT.class, cuts.get(), ledger, audit);
            audit.assertClean();
        }
    }

    private static List<Thread> startWriters(FaultyLake lake, Ledger ledger, AtomicInteger cuts) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String name = "writer " + i + " batch ";
            Thread writer = new Thread(() -> {
                for (int n = 0; cuts.get() < CUTS; n++) {
                    String batch = name + n;
                    ledger.write(batch, () -> lake.write(batch, ROWS));
                }
            });
            writer.start();
            writers.add(writer);
        }
        return writers;
    }
}
