package org.datlake.ducklake.it.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.TransactionOptions;

/**
 * Four threads that write batches into the table {@code t} until they are told to end: as statements, through a
 * {@link RowWriter}, with idempotency keys and without, into files and into the catalog. A batch's name says all there
 * is to know of it. Closing ends the threads and the writer, not the client.
 */
final class MixedWriters implements AutoCloseable {

    static final int THREADS = 4;

    /** Batches of more rows than the limit go to files. */
    private static final int INLINING_LIMIT = 20;

    private static final List<Integer> SIZES = List.of(10, 30);
    private static final List<String> WAYS = List.of("statement", "writer", "keyed-statement", "keyed-writer");

    private final DuckLakeClient lake;
    private final RowWriter writer;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean ending;

    /** Takes a client with {@link #settings}. */
    MixedWriters(DuckLakeClient lake) {
        this.lake = lake;
        this.writer = lake.rowWriter("t");
    }

    /** Completes the settings of a client that is to write so, and that leaves other processes room on a small machine. */
    static DuckLakeSettings settings(DuckLakeSettings.Builder lake) {
        return lake.dataInliningRowLimit(INLINING_LIMIT)
                .engine(EngineSettings.builder()
                        .threads(2)
                        .memoryLimitBytes(256L << 20)
                        .build())
                .build();
    }

    static void createTable(DuckLakeClient lake) {
        lake.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
    }

    static int rows(String batch) {
        return Integer.parseInt(batch.substring(batch.lastIndexOf(' ') + 1));
    }

    static boolean isKeyed(String batch) {
        return batch.contains("keyed-");
    }

    /**
     * Starts.
     *
     * @param prefix of the names of all batches
     * @param write gets each batch, and what writes it
     */
    void start(String prefix, long seed, BiConsumer<String, Runnable> write) {
        for (int i = 0; i < THREADS; i++) {
            String name = prefix + i + ".";
            Random random = new Random(seed + i);
            running.add(threads.submit(() -> {
                for (int n = 0; !ending; n++) {
                    String batch = name + n + " " + pick(WAYS, random) + " " + pick(SIZES, random);
                    write.accept(batch, () -> write(batch));
                }
            }));
        }
    }

    private static <T> T pick(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Writes a batch in the way that its name says. */
    void write(String batch) {
        int rows = rows(batch);
        String insert = "INSERT INTO t SELECT ?, range FROM range(?)";
        String way = batch.split(" ", -1)[1];
        switch (way) {
            case "statement" -> lake.execute(insert, batch, rows);
            case "keyed-statement" ->
                lake.commit(
                        TransactionOptions.defaults().withIdempotencyKey(batch),
                        transaction -> transaction.execute(insert, batch, rows));
            default -> writeRows(batch, rows);
        }
    }

    private void writeRows(String batch, int rows) {
        List<Object[]> values =
                LongStream.range(0, rows).mapToObj(n -> new Object[] {batch, n}).toList();
        try {
            if (isKeyed(batch)) {
                writer.writeAll(values, batch).join();
            } else {
                writer.writeAll(values).join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Waits until the threads have ended what they are at. */
    void end() throws InterruptedException, ExecutionException {
        ending = true;
        for (Future<?> each : running) {
            each.get();
        }
    }

    @Override
    public void close() {
        ending = true;
        threads.shutdown();
        writer.close();
    }
}
