package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;

/**
 * Batches of 1 to 1,000 rows, one after the other, in PostgreSQL and S3: a table whose writer chooses between the catalog
 * and a file, against tables that are told to take the one or the other.
 */
final class BatchSizes {

    private static final int[] SIZES = {1, 10, 50, 100, 150, 200, 300, 500, 1000};

    /** Enough to have tried both ways. */
    private static final int WARM_UPS = 20;

    private static final int BATCHES = 60;
    private static final int INLINING_LIMIT = 1000;

    private BatchSizes() {}

    static List<String> run(Path scratch) throws Exception {
        List<String> lines = new ArrayList<>();
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
                DuckLakeClient lake = DuckLakeClient.connect(
                        place.settings().dataInliningRowLimit(INLINING_LIMIT).build())) {
            for (int size : SIZES) {
                lines.add(measure(lake, size).line());
            }
        }
        return lines;
    }

    private static Figure measure(DuckLakeClient lake, int size) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        limits.put("chosen_" + size, null);
        limits.put("inlined_" + size, INLINING_LIMIT);
        limits.put("file_" + size, 0);
        List<Latencies> took = new ArrayList<>();
        List<RowWriter> writers = new ArrayList<>();
        limits.forEach((table, limit) -> {
            lake.execute("CREATE TABLE " + table + Measurements.COLUMNS);
            if (limit != null) {
                lake.execute("CALL lake.set_option('data_inlining_row_limit', " + limit + ", table_name => '" + table
                        + "')");
            }
            took.add(new Latencies());
            writers.add(lake.rowWriter(table));
        });
        List<Object[]> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            batch.add(Measurements.values(i));
        }
        for (int i = -WARM_UPS; i < BATCHES; i++) {
            for (int side = 0; side < writers.size(); side++) {
                long started = System.nanoTime();
                writers.get(side).writeAll(batch).join();
                if (i >= 0) {
                    took.get(side).add(System.nanoTime() - started);
                }
            }
        }
        writers.forEach(RowWriter::close);
        Latencies better = took.get(1).millis(0.5) < took.get(2).millis(0.5) ? took.get(1) : took.get(2);
        String way = better == took.get(1) ? "inlined" : "a file";
        return Latencies.compare("a batch of " + size + ", chosen / " + way, took.get(0), better, 0.5, 1.1);
    }
}
