package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.S3Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers were told about their batches, to be compared with what is there. Thread-safe. */
final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ToIntFunction<String> rows;
    private final Map<String, Status> told = new ConcurrentHashMap<>();
    private final Map<String, OperationId> unknown = new ConcurrentHashMap<>();

    /** Makes an empty one for batches of this many rows. */
    Ledger(int rows) {
        this(batch -> rows);
    }

    /** Makes an empty one for batches of different sizes. */
    Ledger(ToIntFunction<String> rows) {
        this.rows = rows;
    }

    /** Writes a batch and notes what its caller is told. */
    void write(String batch, Runnable write) {
        try {
            write.run();
            note(batch, Status.COMMITTED);
        } catch (CommitOutcomeUnknownException e) {
            note(batch, Status.UNKNOWN);
            unknown.put(batch, e.operationId());
        } catch (DuckLakeException e) {
            LOG.info("batch '{}' was refused: {}", batch, e.toString());
            LOG.debug("batch '{}' was refused", batch, e);
            note(batch, Status.NOT_COMMITTED);
        }
    }

    /** Writes batches until one is acknowledged, which has to come by itself. */
    void writeOne(String name, Consumer<String> write) {
        AtomicInteger attempts = new AtomicInteger();
        Awaitility.await(name).atMost(PATIENCE).until(() -> {
            // A new one each time, as the one before may be there.
            String batch = name + " " + attempts.incrementAndGet();
            write(batch, () -> write.accept(batch));
            return told(batch) == Status.COMMITTED;
        });
    }

    /**
     * Notes what the caller of a batch was told; UNKNOWN where it did not live to be told anything, and nobody can ask.
     */
    void note(String batch, Status status) {
        told.put(batch, status);
    }

    /** Returns what the caller of a batch was told. */
    Status told(String batch) {
        return told.getOrDefault(batch, Status.UNKNOWN);
    }

    long count(Status status) {
        return told.values().stream().filter(each -> each == status).count();
    }

    /** Asserts that every batch is there once and whole, or not at all, just as its caller was or is now told. */
    void assertTrue(DuckLakeClient lake) {
        audit(lake, List.of()).assertClean();
    }

    /** Compares with what is there, after the store was asked for the files that the catalog points to. */
    Audit audit(DuckLakeClient lake, S3Server store) {
        return audit(lake, missingFiles(lake, store, lake.settings().storage()));
    }

    private Audit audit(DuckLakeClient lake, List<String> dangling) {
        List<String> lost = new ArrayList<>();
        List<String> doubled = new ArrayList<>();
        List<String> partial = new ArrayList<>();
        Map<String, Found> found = new HashMap<>();
        lake.query("SELECT batch, count(*) AS rows, count(DISTINCT n) AS numbers, max(n) AS last FROM t GROUP BY batch")
                .forEach(row -> found.put(
                        row.getString("batch"),
                        new Found(row.getLong("rows"), row.getLong("numbers"), row.getLong("last"))));
        Set<String> all = new TreeSet<>(told.keySet());
        all.addAll(found.keySet());
        for (String batch : all) {
            Status status = status(lake, batch);
            Found there = found.getOrDefault(batch, Found.NOTHING);
            long copies = there.copies(rows.applyAsInt(batch));
            if (copies < 0) {
                partial.add(batch);
            } else if (copies < (status == Status.COMMITTED ? 1 : 0)) {
                lost.add(batch);
            } else if (copies > (status == Status.NOT_COMMITTED ? 0 : 1)) {
                doubled.add(batch);
            }
        }
        return new Audit(lost, doubled, partial, dangling);
    }

    /** Returns what became of a batch, which is asked for now where its caller did not learn it but could. */
    private Status status(DuckLakeClient lake, String batch) {
        OperationId operation = unknown.get(batch);
        if (operation == null) {
            return told.getOrDefault(batch, Status.NOT_COMMITTED);
        }
        Status status = lake.resolve(operation).status();
        assertThat(status).as("batch '%s'", batch).isNotEqualTo(Status.UNKNOWN);
        return status;
    }

    /** Asserts that every file that the catalog points to is in the bucket. */
    static void assertNoFileIsMissing(DuckLakeClient lake, DisposableLake place) {
        assertThat(missingFiles(lake, S3Server.shared(), place.storage())).isEmpty();
    }

    private static List<String> missingFiles(DuckLakeClient lake, S3Server store, StorageSettings storage) {
        String bucket = ((StorageSettings.S3) storage).bucket();
        Set<String> objects = new HashSet<>();
        store.objects(bucket).forEach(name -> objects.add("s3://" + bucket + "/" + name));
        return lake
                .query(
                        "SELECT data_file FROM ducklake_list_files(?, 't')",
                        lake.settings().alias())
                .as(String.class)
                .list()
                .stream()
                .filter(file -> !objects.contains(file))
                .toList();
    }

    private record Found(long rows, long numbers, long last) {

        static final Found NOTHING = new Found(0, 0, -1);

        /** Returns how often a batch of so many rows, numbered from 0, is there; -1 if it is not whole. */
        long copies(int size) {
            boolean whole = rows == 0 || (numbers == size && last == size - 1 && rows % size == 0);
            return whole ? rows / size : -1;
        }
    }
}
