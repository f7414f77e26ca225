package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;

/**
 * Durable writes of one row, acknowledged one by one, in PostgreSQL and S3: many callers of a row writer against the
 * plain driver's best, separate transactions side by side against one after the other, and a caller alone.
 */
final class Writes {

    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int ROUNDS = 5;
    private static final String TABLE = " (id BIGINT, a INTEGER, b DOUBLE, c VARCHAR, d TIMESTAMP)";
    private static final String ROW = " VALUES (1, 2, 0.5, 'a short text', TIMESTAMP '2026-01-01 00:00:00')";

    private Writes() {}

    static List<String> run(Path scratch) throws Exception {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
                DuckLakeClient lake = place.client()) {
            for (String table : List.of("ours", "peers")) {
                lake.execute("CREATE TABLE " + table + TABLE);
            }
            try (RawLake raw =
                    RawLake.servers((CatalogSettings.Postgres) place.catalog(), (StorageSettings.S3) place.storage())) {
                return measure(lake, raw);
            }
        }
    }

    private static List<String> measure(DuckLakeClient lake, RawLake raw) throws Exception {
        List<String> lines = new ArrayList<>();
        try (RowWriter writer = lake.rowWriter("ours")) {
            Tails tails = new Tails();
            Duel.Result rates = new Duel(
                            "rows written, 64 callers / 8 raw writers",
                            () -> rate(64, tails.ours, () -> writeRow(writer)),
                            () -> rate(8, tails.peers, raw.inserter("INSERT INTO peers" + ROW)))
                    .run(1, ROUNDS);
            lines.add(rates.against(Goal.atLeast(40), "per s").line());
            lines.add(tails.figure("their 99th percentile", 0.05).line());
        }
        String insert = "INSERT INTO ours" + ROW;
        lines.add(new Duel(
                        "transactions, 8 threads / 1 thread",
                        () -> rate(8, new Latencies(), () -> () -> lake.execute(insert)),
                        () -> rate(1, new Latencies(), () -> () -> lake.execute(insert)))
                .run(1, ROUNDS)
                .against(Goal.atLeast(0.95), "per s")
                .line());
        Tails alone = new Tails();
        new Duel(
                        "alone",
                        () -> rate(1, alone.ours, () -> () -> lake.execute(insert)),
                        () -> rate(1, alone.peers, raw.inserter("INSERT INTO peers" + ROW)))
                .run(1, ROUNDS);
        lines.add(alone.medians("one caller alone, client / raw", 1.15).line());
        return lines;
    }

    private static Call writeRow(RowWriter writer) {
        return () -> writer.write(1L, 2, 0.5, "a short text", LocalDateTime.of(2026, 1, 1, 0, 0))
                .join();
    }

    /** Runs callers for one round, and returns how many calls ended a second. */
    private static double rate(int callers, Latencies latencies, CallSource source) throws Exception {
        AtomicLong calls = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        long until = System.nanoTime() + ROUND.toNanos();
        for (int i = 0; i < callers; i++) {
            Call call = source.open();
            Thread thread = new Thread(() -> {
                try {
                    while (System.nanoTime() < until) {
                        long started = System.nanoTime();
                        call.run();
                        latencies.add(System.nanoTime() - started);
                        calls.incrementAndGet();
                    }
                } catch (Exception e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
        }
        long started = System.nanoTime();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " callers failed", failures.get(0));
        }
        return calls.get() / ((System.nanoTime() - started) / 1e9);
    }

    /** Makes a call for each caller, with a connection of its own where it needs one. */
    @FunctionalInterface
    interface CallSource {
        Call open() throws SQLException;
    }

    /** One write. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    /** How long calls took. */
    private static final class Latencies {

        private long[] nanos = new long[1024];
        private int count;

        synchronized void add(long duration) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = duration;
        }

        synchronized double millis(double quantile) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted[(int) Math.min(count - 1, (long) (quantile * count))] / 1e6;
        }
    }

    /** The latencies of both sides. */
    private static final class Tails {

        private final Latencies ours = new Latencies();
        private final Latencies peers = new Latencies();

        Figure figure(String name, double limit) {
            return of(name, 0.99, limit);
        }

        Figure medians(String name, double limit) {
            return of(name, 0.5, limit);
        }

        private Figure of(String name, double quantile, double limit) {
            double mine = ours.millis(quantile);
            double theirs = peers.millis(quantile);
            return new Duel.Result(name, mine, theirs, mine / theirs, mine / theirs, mine / theirs)
                    .against(Goal.atMost(limit), "ms");
        }
    }
}
