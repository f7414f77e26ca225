package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.WireProxy.Moment;

/** Batches of many callers, committed together, while the wire to PostgreSQL breaks. */
class RowWriterIT {

    private static final int CALLERS = 16;
    private static final int BATCHES = 12;
    private static final int ROWS = 5;

    @DuckLakeTest(POSTGRES_AND_S3)
    void every_batch_is_there_once_or_not_as_its_caller_was_told(DisposableLake place) throws InterruptedException {
        try (FaultyLake lake = new FaultyLake(place, 0, Duration.ofSeconds(20));
                RowWriter writer = lake.broken().rowWriter("t")) {
            Ledger ledger = new Ledger(ROWS);
            AtomicInteger batches = new AtomicInteger();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Thread caller = new Thread(() -> {
                    for (int n = 0; n < BATCHES; n++) {
                        String batch = "batch " + batches.incrementAndGet();
                        ledger.write(batch, () -> write(writer, batch));
                    }
                });
                caller.start();
                callers.add(caller);
            }
            // At commits, for the most part: that is where it is hard.
            while (batches.get() < CALLERS * BATCHES - CALLERS) {
                lake.wire()
                        .cutAtText(
                                "COMMIT", batches.get() % 2 == 0 ? Moment.AFTER_FORWARDING : Moment.BEFORE_FORWARDING);
                int fired = lake.wire().fired();
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> lake.wire().fired() > fired || batches.get() >= CALLERS * BATCHES - CALLERS);
            }
            lake.wire().disarm();
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(lake.wire().fired()).isPositive();
            assertThat(ledger.count(Status.COMMITTED)).isPositive();
            ledger.assertTrue(lake.whole());
            Ledger.assertNoFileIsMissing(lake.whole(), place);
            assertThat(lake.whole().snapshots())
                    .as("commits are shared")
                    .filteredOn(snapshot -> snapshot.extraInfo().isPresent())
                    .extracting(Snapshot::id)
                    .hasSizeLessThan(CALLERS * BATCHES);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void the_names_of_many_callers_did_not_fit_into_an_entry_of_an_index(DisposableLake place) {
        int callers = 500;
        try (DuckLakeClient lake = place.client()) {
            lake.execute("CREATE TABLE t (n BIGINT)");
            List<CompletableFuture<Committed>> written = new ArrayList<>();
            try (RowWriter writer =
                    lake.rowWriter("main", "t", RowWriterOptions.defaults().withLinger(Duration.ofSeconds(5)))) {
                LongStream.range(0, callers).forEach(n -> written.add(writer.write(n)));
            }

            List<Committed> commits =
                    written.stream().map(CompletableFuture::join).toList();
            Committed last = commits.get(callers - 1);

            assertThat(commits).extracting(Committed::snapshotId).containsOnly(last.snapshotId());
            assertThat(lake.resolve(last.operationId()).status()).isEqualTo(Status.COMMITTED);
            assertThat(lake.query("SELECT count(DISTINCT n) FROM t")
                            .as(Long.class)
                            .one())
                    .isEqualTo(callers);
        }
    }

    private static void write(RowWriter writer, String batch) {
        try {
            writer.writeAll(LongStream.range(0, ROWS)
                            .mapToObj(n -> new Object[] {batch, n})
                            .toList())
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
