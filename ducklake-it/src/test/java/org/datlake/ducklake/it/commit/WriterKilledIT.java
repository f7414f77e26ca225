package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in which four threads write is killed again and again, and followed by another one. What it acknowledged is
 * there; what it did not is there as a whole or not at all; and what the next one writes again under the same key is
 * there once.
 *
 * <p>{@code -Ddatlake.kills=100} makes it longer, {@code -Ddatlake.seed=...} repeats the choices of a run.
 */
class WriterKilledIT {

    private static final Logger LOG = LoggerFactory.getLogger(WriterKilledIT.class);
    private static final int KILLS = Integer.getInteger("datlake.kills", 3);
    private static final int KILLS_OF_A_LAKE = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void of_a_killed_process_every_batch_is_there_once_and_whole_or_not_at_all() throws Exception {
        long seed = Long.getLong("datlake.seed", System.nanoTime());
        LOG.info("seed {}", seed);
        Random random = new Random(seed);
        for (int left = KILLS; left > 0; left -= KILLS_OF_A_LAKE) {
            try (DisposableLake place = DisposableLake.create(POSTGRES_AND_S3)) {
                killWriters(place, Math.min(left, KILLS_OF_A_LAKE), random);
            }
        }
    }

    private static void killWriters(DisposableLake place, int kills, Random random) throws Exception {
        MixedWriters.createTable(place.client());
        Diary diary = new Diary(place.directory().resolve(WriterProgram.DIARY));
        for (int kill = 0; kill < kills; kill++) {
            killOne(place, diary, kill + ".", random);
            LOG.info("killed {} of {}: {} batches acknowledged so far", kill + 1, kills, diary.acknowledged());
        }
        assertNoSessionStays(((CatalogSettings.Postgres) place.catalog()).database());

        Ledger ledger = new Ledger(MixedWriters::rows);
        Map<String, Status> batches = diary.batches();
        batches.forEach(ledger::note);
        try (MixedWriters writers = new MixedWriters(place.client())) {
            keyed(batches, Status.UNKNOWN).forEach(batch -> ledger.write(batch, () -> writers.write(batch)));
        }
        Audit audit = ledger.audit(place.client(), S3Server.shared());
        FaultFigures.note(WriterKilledIT.class, kills, ledger, audit);
        assertThat(ledger.count(Status.COMMITTED)).isPositive();
        audit.assertClean();
    }

    private static void killOne(DisposableLake place, Diary diary, String prefix, Random random)
            throws IOException, InterruptedException {
        Map<String, Status> batches = diary.batches();
        List<String> again = new ArrayList<>(keyed(batches, Status.UNKNOWN));
        // Nor does it harm to write what was acknowledged again.
        keyed(batches, Status.COMMITTED).stream().limit(1).forEach(again::add);
        long before = diary.acknowledged();
        Process writer = WriterProgram.start(
                place.directory(),
                (CatalogSettings.Postgres) place.catalog(),
                (StorageSettings.S3) place.storage(),
                prefix,
                random.nextLong(),
                again);
        try {
            // Some die while they attach, most while they write.
            if (random.nextInt(5) > 0) {
                Awaitility.await("an acknowledgement")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> diary.acknowledged() > before || !writer.isAlive());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1000)));
            assertThat(writer.isAlive())
                    .as(() -> "the writer ended by itself:\n" + output(place.directory()))
                    .isTrue();
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** PostgreSQL notices by itself that they have nobody any more. */
    private static void assertNoSessionStays(String database) {
        Awaitility.await("the end of the killed processes' sessions")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SessionCount.of(PostgresServer.shared(), database, WriterProgram.ALIAS))
                        .isZero());
    }

    private static List<String> keyed(Map<String, Status> batches, Status status) {
        return batches.keySet().stream()
                .filter(batch -> MixedWriters.isKeyed(batch) && batches.get(batch) == status)
                .toList();
    }

    private static String output(Path directory) {
        try {
            return Files.readString(directory.resolve(WriterProgram.OUTPUT));
        } catch (IOException e) {
            return "nothing that can be read: " + e;
        }
    }
}
