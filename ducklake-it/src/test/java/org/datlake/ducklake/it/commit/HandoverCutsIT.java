package org.datlake.ducklake.it.commit;

import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.datlake.ducklake.testing.WireProxy;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that commit each other's rows, while the connections of one after the other to PostgreSQL are cut, or freeze
 * for a while, at random.
 *
 * <p>{@code -Ddatlake.cuts=500} makes it longer, {@code -Ddatlake.seed=...} repeats the choices of a run.
 */
class HandoverCutsIT {

    private static final Logger LOG = LoggerFactory.getLogger(HandoverCutsIT.class);
    private static final int CUTS = Integer.getInteger("datlake.cuts", 60);
    /** What is cut most: commits, and what leaves rows and takes them. Everything else would mostly cut the fence. */
    private static final List<String> MESSAGES = List.of("COMMIT", "datlake_handover (name", "WITH gone AS");

    private static final int CLIENTS = 3;
    private static final int THREADS_OF_EACH = 3;
    private static final int ROWS = 4;

    @DuckLakeTest(POSTGRES_AND_S3)
    void nothing_is_lost_or_doubled_when_clients_commit_each_others_rows(DisposableLake place) throws Exception {
        long seed = Long.getLong("datlake.seed", System.nanoTime());
        Random random = new Random(seed);
        Ledger ledger = new Ledger(ROWS);
        AtomicInteger cuts = new AtomicInteger();
        List<Broken> clients = new ArrayList<>();
        try (DuckLakeClient whole = place.client()) {
            whole.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Broken(place));
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS * THREADS_OF_EACH; i++) {
                Broken client = clients.get(i % CLIENTS);
                String name = "thread " + i + " batch ";
                Thread thread = new Thread(() -> {
                    for (int n = 0; cuts.get() < CUTS; n++) {
                        String batch = name + n;
                        ledger.write(batch, () -> client.write(batch));
                    }
                });
                thread.start();
                threads.add(thread);
            }
            Awaitility.await("rows that go with those of others")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> together(place) > 0);
            while (cuts.get() < CUTS) {
                pause(30 + random.nextInt(170));
                clients.get(random.nextInt(CLIENTS)).harm(random);
                cuts.incrementAndGet();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Audit audit = ledger.audit(whole, S3Server.shared());
            long together = together(place);
            LOG.info(
                    "seed {}: {} cuts, {} batches committed, {} not, {} unknown; {} snapshots with rows of others",
                    seed,
                    cuts,
                    ledger.count(Status.COMMITTED),
                    ledger.count(Status.NOT_COMMITTED),
                    ledger.count(Status.UNKNOWN),
                    together);
            FaultFigures.note(HandoverCutsIT.class, cuts.get(), ledger, audit);
            audit.assertClean();
        } finally {
            clients.forEach(Broken::close);
        }
    }

    private static long together(DisposableLake place) throws SQLException {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        try (Connection connection = PostgresServer.shared().connect(catalog.database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM ducklake.ducklake_snapshot_changes"
                        + " WHERE commit_extra_info LIKE '%,handed-over=%'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    /** A client with a wire of its own that can be broken. */
    private static final class Broken implements AutoCloseable {

        private final WireProxy wire;
        private final DuckLakeClient lake;
        private final RowWriter writer;

        Broken(DisposableLake place) {
            CatalogSettings.Postgres direct = (CatalogSettings.Postgres) place.catalog();
            wire = WireProxy.postgres(direct.host(), direct.port());
            lake = DuckLakeClient.connect(FaultyLake.settings(place, wire)
                    .engine(EngineSettings.builder()
                            .threads(2)
                            .memoryLimitBytes(256L << 20)
                            .healthInterval(Duration.ofHours(1))
                            .build())
                    .operationTimeout(Duration.ofSeconds(20))
                    .writeFence(true)
                    .build());
            writer = lake.rowWriter("t");
        }

        void write(String batch) {
            List<Object[]> rows = LongStream.range(0, ROWS)
                    .mapToObj(n -> new Object[] {batch, n})
                    .toList();
            try {
                writer.writeAll(rows).join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException failure ? failure : e;
            }
        }

        void harm(Random random) {
            // After these two the fence is away for five seconds.
            int kind = random.nextInt(60);
            if (kind == 0) {
                wire.cutAll();
            } else if (kind == 1) {
                wire.freeze();
                pause(random.nextInt(1500));
                if (random.nextBoolean()) {
                    wire.cutAll();
                }
                wire.thaw();
            } else {
                wire.cutAtText(
                        MESSAGES.get(random.nextInt(MESSAGES.size())),
                        random.nextBoolean() ? Moment.BEFORE_FORWARDING : Moment.AFTER_FORWARDING);
            }
        }

        @Override
        public void close() {
            wire.disarm();
            wire.thaw();
            writer.close();
            lake.close(Duration.ofSeconds(2));
            wire.close();
        }
    }
}
