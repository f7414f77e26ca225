package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;

/**
 * Four processes that write single rows into one table in PostgreSQL and S3, each acknowledged: ours with 16 callers each
 * and the write fence, against one writer each of the plain driver.
 */
final class Processes {

    private static final int COUNT = 4;
    private static final int ROUNDS = 5;

    private Processes() {}

    static List<String> run(Path scratch) throws Exception {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
                DuckLakeClient lake = place.client()) {
            for (String table : List.of("ours", "peers")) {
                lake.execute("CREATE TABLE " + table + Measurements.COLUMNS);
            }
            Map<String, String> where = WriterProcess.environment(
                    (CatalogSettings.Postgres) place.catalog(), (StorageSettings.S3) place.storage());
            List<WriterProcess.Handle> ours = start("ours", where);
            List<WriterProcess.Handle> peers = start("peers", where);
            Latencies mine = new Latencies();
            Latencies theirs = new Latencies();
            List<String> lines = new ArrayList<>();
            lines.add(new Duel(
                            "rows written, 4 processes x 16 callers / 4 x 1 raw",
                            () -> round(ours, mine),
                            () -> round(peers, theirs))
                    .run(1, ROUNDS)
                    .against(Goal.atLeast(15), "per s")
                    .line());
            double slowest = mine.millis(0.99);
            double rawSlowest = theirs.millis(0.99);
            lines.add(new Duel.Result("their 99th percentile", slowest, rawSlowest, slowest, slowest, slowest)
                    .against(Goal.atMost(1000), "ms")
                    .line());
            for (WriterProcess.Handle each : ours) {
                each.end();
            }
            for (WriterProcess.Handle each : peers) {
                each.end();
            }
            check(lake, mine.count(), theirs.count());
            return lines;
        }
    }

    private static List<WriterProcess.Handle> start(String side, Map<String, String> where) throws Exception {
        List<WriterProcess.Handle> handles = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            handles.add(WriterProcess.start(side, where));
        }
        for (WriterProcess.Handle each : handles) {
            each.awaitReady();
        }
        return handles;
    }

    private static double round(List<WriterProcess.Handle> processes, Latencies latencies) throws Exception {
        for (WriterProcess.Handle each : processes) {
            each.begin();
        }
        double rate = 0;
        for (WriterProcess.Handle each : processes) {
            rate += each.end(latencies);
        }
        return rate;
    }

    /** Each row that was acknowledged is there, and no other. */
    private static void check(DuckLakeClient lake, long ours, long peers) {
        for (Map.Entry<String, Long> expected :
                Map.of("ours", ours, "peers", peers).entrySet()) {
            long found = lake.query("SELECT count(*) FROM " + expected.getKey())
                    .as(Long.class)
                    .one();
            if (found != expected.getValue()) {
                throw new IllegalStateException(
                        expected.getKey() + ": " + expected.getValue() + " rows acknowledged, " + found + " found");
            }
        }
    }
}
