package org.datlake.ducklake.launcher;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.TableInfo;
import org.jspecify.annotations.Nullable;

/** The data set that the program brings along; see {@code sample/README.md} for its sources and licence. */
public final class SampleLake {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private SampleLake() {}

    /**
     * Loads two tables in two snapshots, unless the lake has them already.
     *
     * @throws DuckLakeException if the lake does not become ready, or loading fails
     */
    public static void load(DuckLakeClient lake) {
        awaitReady(lake);
        load(lake, "airports", "airports.csv.gz", "Airports of the United States");
        load(lake, "wildlife_strikes", "wildlife-strikes.csv.gz", "Wildlife strikes reported to the FAA");
    }

    private static void awaitReady(DuckLakeClient lake) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                lake.query("SELECT 1").as(Integer.class).one();
                return;
            } catch (DuckLakeException e) {
                if (!e.isRetryable() || System.nanoTime() > until) {
                    throw e;
                }
                if (!pause()) {
                    throw e;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(100);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void load(DuckLakeClient lake, String table, String file, String description) {
        for (TableInfo found : lake.tables()) {
            if (found.name().equals(table)) {
                return;
            }
        }
        Path path = directory().resolve(file);
        lake.load(table)
                .createTable()
                .describe("ducklake serve --sample", description)
                .fromFiles(path);
    }

    /** The files lie beside the folder of the jars. */
    private static Path directory() {
        Path home = home();
        Path sample = home == null ? null : home.resolve("sample");
        if (sample == null || !Files.isDirectory(sample)) {
            throw new IllegalStateException("the sample's files are missing: run this from its distribution folder");
        }
        return sample;
    }

    private static @Nullable Path home() {
        try {
            Path jar = Path.of(SampleLake.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = jar.getParent();
            return lib == null ? null : lib.getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a jar without a place", e);
        }
    }

    /** Says what there is and what to try. */
    public static String invitation(String url) {
        return """

                The sample lake is served: two tables, encrypted, two snapshots.

                  %1$s/health
                  %1$s/config/ducklake
                  %1$s/metrics

                Try, in another terminal:

                  curl %1$s/api/v1/tables
                  ./ducklake sql "SELECT state, count(*) AS airports FROM airports GROUP BY state ORDER BY airports DESC LIMIT 5"
                  ./ducklake sql "SELECT wildlife_size, sum(cost_total) AS cost FROM wildlife_strikes GROUP BY ALL ORDER BY cost DESC"

                Stop with Ctrl-C.
                """.formatted(url);
    }
}
