package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.CommitOutcome;
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

    private final int rows;
    private final Map<String, Status> told = new ConcurrentHashMap<>();
    private final Map<String, OperationId> unknown = new ConcurrentHashMap<>();

    /** Makes an empty one for batches of this many rows. */
    Ledger(int rows) {
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /** Writes a batch and notes what its caller is told. */
    void write(String batch, Runnable write) {
        try {
            write.run();
            told.put(batch, Status.COMMITTED);
        } catch (CommitOutcomeUnknownException e) {
            told.put(batch, Status.UNKNOWN);
            unknown.put(batch, e.operationId());
        } catch (DuckLakeException e) {
            LOG.info("batch '{}' was refused", batch, e);
            told.put(batch, Status.NOT_COMMITTED);
        }
    }

    long count(Status status) {
        return told.values().stream().filter(each -> each == status).count();
    }

    /** Asserts that every batch is there once and whole, or not at all, just as its caller was or is now told. */
    void assertTrue(DuckLakeClient lake) {
        Map<String, Long> expected = new TreeMap<>();
        told.forEach((batch, status) -> {
            if (status == Status.COMMITTED) {
                expected.put(batch, (long) rows);
            }
        });
        unknown.forEach((batch, operation) -> {
            if (stands(lake, operation)) {
                expected.put(batch, (long) rows);
            }
        });
        Map<String, Long> found = new TreeMap<>();
        lake.query("SELECT batch, count(*) AS rows FROM t GROUP BY batch")
                .forEach(row -> found.put(row.getString("batch"), row.getLong("rows")));
        assertThat(found).isEqualTo(expected);
    }

    private static boolean stands(DuckLakeClient lake, OperationId operation) {
        CommitOutcome outcome = lake.resolve(operation);
        assertThat(outcome.status()).isIn(Status.COMMITTED, Status.NOT_COMMITTED);
        return outcome.status() == Status.COMMITTED;
    }

    /** Asserts that every file that the catalog points to is in the bucket. */
    static void assertNoFileIsMissing(DuckLakeClient lake, DisposableLake place) {
        String bucket = ((StorageSettings.S3) place.storage()).bucket();
        TreeSet<String> objects = new TreeSet<>();
        S3Server.shared().objects(bucket).forEach(name -> objects.add("s3://" + bucket + "/" + name));
        List<String> files = lake.query("SELECT data_file FROM ducklake_list_files('lake', 't')")
                .as(String.class)
                .list();
        assertThat(objects).containsAll(files);
    }
}
