package org.datlake.ducklake.examples;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.SnapshotView;

/** A lake in a directory, without any server: write, read, and look back in time. */
public final class EmbeddedQuickstart {

    private EmbeddedQuickstart() {}

    /** A row of the table. */
    public record Reading(String sensor, double celsius, Instant takenAt) {}

    /** Runs the example; the first argument is the lake's directory, {@code quickstart-lake} by default. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments.length > 0 ? arguments[0] : "quickstart-lake");
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory))) {
            lake.execute("CREATE TABLE IF NOT EXISTS readings (sensor VARCHAR, celsius DOUBLE, taken_at TIMESTAMPTZ)");

            lake.useTransaction(transaction -> {
                transaction.describe("quickstart", "two readings");
                transaction.execute("INSERT INTO readings VALUES (?, ?, ?)", "roof", 21.5, Instant.now());
                transaction.execute("INSERT INTO readings VALUES (?, ?, ?)", "cellar", 12.0, Instant.now());
            });

            List<Reading> warm = lake.query("SELECT * FROM readings WHERE celsius > ?", 20)
                    .as(Reading.class)
                    .list();
            System.out.println("warm: " + warm.size());

            List<Snapshot> snapshots = lake.snapshots();
            System.out.println("snapshots: " + snapshots.size());

            // The table as it was when it had just been created: empty.
            try (SnapshotView before = lake.at(1)) {
                long then = before.query("SELECT count(*) FROM readings")
                        .as(Long.class)
                        .one();
                System.out.println("rows at snapshot 1: " + then);
            }
        }
    }
}
