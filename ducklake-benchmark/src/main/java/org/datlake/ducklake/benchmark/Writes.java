package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final Duration SHORT_ROUND = Duration.ofMillis(700);
    private static final int ROUNDS = 5;
    private static final int SHORT_ROUNDS = 15;

    private Writes() {}

    static List<String> run(Path scratch) throws Exception {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
                DuckLakeClient lake = place.client()) {
            for (String table : List.of("ours", "peers")) {
                lake.execute("CREATE TABLE " + table + Measurements.COLUMNS);
            }
            try (RawLake raw =
                    RawLake.servers((CatalogSettings.Postgres) place.catalog(), (StorageSettings.S3) place.storage())) {
                return measure(lake, raw);
            }
        }
    }

    private static List<String> measure(DuckLakeClient lake, RawLake raw) throws Exception {
        List<String> lines = new ArrayList<>();
        Callers.CallSource theirs = raw.inserter("INSERT INTO peers" + Measurements.VALUES);
        try (RowWriter writer = lake.rowWriter("ours")) {
            Latencies ours = new Latencies();
            Latencies peers = new Latencies();
            lines.add(new Duel(
                            "rows written, 64 callers / 8 raw writers",
                            () -> Callers.rate(
                                    64,
                                    ROUND,
                                    ours,
                                    () -> () ->
                                            writer.write(Measurements.values(1)).join()),
                            () -> Callers.rate(8, ROUND, peers, theirs))
                    .run(1, ROUNDS)
                    .against(Goal.atLeast(40), "per s")
                    .line());
            lines.add(Latencies.compare("their 99th percentile", ours, peers, 0.99, 0.05)
                    .line());
        }
        String insert = "INSERT INTO ours" + Measurements.VALUES;
        Callers.CallSource mine = () -> () -> lake.execute(insert);
        lines.add(new Duel(
                        "transactions, 8 threads / 1 thread",
                        () -> Callers.rate(8, ROUND, new Latencies(), mine),
                        () -> Callers.rate(1, ROUND, new Latencies(), mine))
                .run(1, ROUNDS)
                .against(Goal.atLeast(0.95), "per s")
                .line());
        Latencies alone = new Latencies();
        Latencies rawAlone = new Latencies();
        new Duel(
                        "alone",
                        () -> Callers.rate(1, SHORT_ROUND, alone, mine),
                        () -> Callers.rate(1, SHORT_ROUND, rawAlone, theirs))
                .run(1, SHORT_ROUNDS);
        lines.add(Latencies.compare("one caller alone, client / raw", alone, rawAlone, 0.5, 1.15)
                .line());
        return lines;
    }
}
