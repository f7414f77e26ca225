package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;

/**
 * Ten million rows with a text column to records, streamed, against the plain ResultSet loop, with a heap of 64 MiB.
 */
final class Extraction {

    private static final long ROWS = 10_000_000;
    private static final String SQL = "SELECT id, v, note FROM big";

    private Extraction() {}

    /** A row. */
    record Measurement(long id, double v, String note) {}

    /** Measures in a JVM of its own, for the heap's sake. */
    static List<String> run(Path scratch) throws Exception {
        String table = Program.java(
                        Extraction.class,
                        System.getProperty("java.class.path"),
                        List.of("-Xmx64m"),
                        List.of(scratch.toString()))
                .run();
        return table.lines().toList();
    }

    /** Prints the table's line; the argument is a directory for files. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(measure(Path.of(arguments[0])).line());
    }

    private static Figure measure(Path scratch) throws Exception {
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(scratch.resolve("ours")));
                RawLake raw = RawLake.embedded(scratch.resolve("peer"));
                Connection duplicate = raw.duplicate()) {
            String create =
                    "CREATE TABLE big AS SELECT range AS id, range * 0.5::DOUBLE AS v, 'n' || range AS note FROM range("
                            + ROWS + ")";
            lake.execute(create);
            try (Statement statement = duplicate.createStatement()) {
                statement.execute(create);
            }
            long heap = Runtime.getRuntime().maxMemory() >> 20;
            return new Duel(
                            "10 M rows in " + heap + " MiB of heap, client / ResultSet",
                            () -> records(lake),
                            () -> resultSet(duplicate))
                    .run(1, 7)
                    .against(Goal.atLeast(2), "Mrows/s");
        }
    }

    private static double records(DuckLakeClient lake) {
        long started = System.nanoTime();
        long[] sum = new long[2];
        lake.query(SQL).as(Measurement.class).forEach(row -> {
            sum[0] += row.id();
            sum[1] += row.note().length();
        });
        check(sum[0]);
        return millionsPerSecond(started);
    }

    private static double resultSet(Connection connection) throws SQLException {
        long started = System.nanoTime();
        long sum = 0;
        long length = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SQL)) {
            while (rows.next()) {
                Measurement row = new Measurement(rows.getLong(1), rows.getDouble(2), rows.getString(3));
                sum += row.id();
                length += row.note().length();
            }
        }
        check(sum + 0 * length);
        return millionsPerSecond(started);
    }

    private static void check(long sum) {
        if (sum != ROWS * (ROWS - 1) / 2) {
            throw new IllegalStateException("rows are missing or doubled");
        }
    }

    private static double millionsPerSecond(long started) {
        return ROWS / 1e6 / ((System.nanoTime() - started) / 1e9);
    }
}
