package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Java objects into a lake in PostgreSQL and S3: a row writer, against the quickest way with the plain driver (Appender,
 * temporary table, INSERT ... SELECT), and against JDBC batches.
 */
final class Ingest {

    private static final int ROWS = 2_000_000;
    private static final int CHUNK = 20_000;
    private static final int ROUNDS = 5;

    private Ingest() {}

    static List<String> run(Path scratch) throws Exception {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
                DuckLakeClient lake = place.client();
                RawLake raw = RawLake.servers(
                        (CatalogSettings.Postgres) place.catalog(), (StorageSettings.S3) place.storage());
                Connection connection = raw.duplicate()) {
            for (String table : List.of("ours", "peers", "batches")) {
                lake.execute("CREATE TABLE " + table + Measurements.COLUMNS);
            }
            List<String> lines = new ArrayList<>();
            lines.add(new Duel(
                            "Java objects, RowWriter / Appender and INSERT",
                            () -> ours(lake),
                            () -> appender(connection))
                    .run(1, ROUNDS)
                    .against(Goal.atLeast(1.2), "rows/s")
                    .line());
            long files = lake.query("SELECT count(*) FROM ducklake_list_files('lake', 'ours')")
                    .as(Long.class)
                    .one();
            double perMillion = files / ((ROUNDS + 1) * (ROWS / 1e6));
            lines.add(new Figure(
                            "files for a million of these rows",
                            "files",
                            String.format(Locale.ROOT, "%.2f", perMillion),
                            "",
                            "",
                            "<= 2",
                            perMillion <= 2)
                    .line());
            lines.add(new Duel("Java objects, RowWriter / JDBC batches", () -> ours(lake), () -> batches(connection))
                    .run(0, 2)
                    .against(Goal.atLeast(80), "rows/s")
                    .line());
            return lines;
        }
    }

    private static double ours(DuckLakeClient lake) {
        long started = System.nanoTime();
        RowWriterOptions options = RowWriterOptions.defaults().withLinger(Duration.ofSeconds(1));
        List<CompletableFuture<Committed>> written = new ArrayList<>();
        try (RowWriter writer = lake.rowWriter("main", "ours", options)) {
            for (int from = 0; from < ROWS; from += CHUNK) {
                List<Measurements.Row> chunk = new ArrayList<>(CHUNK);
                for (int i = from; i < from + CHUNK; i++) {
                    chunk.add(Measurements.row(i));
                }
                written.add(writer.writeRecords(chunk));
            }
            written.forEach(CompletableFuture::join);
        }
        return ROWS / ((System.nanoTime() - started) / 1e9);
    }

    private static double appender(Connection connection) throws SQLException {
        long started = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            for (int from = 0; from < ROWS; from += ROWS / 2) {
                statement.execute("CREATE OR REPLACE TEMP TABLE stage" + Measurements.COLUMNS);
                try (DuckDBAppender appender =
                        connection.unwrap(DuckDBConnection.class).createAppender("temp", "main", "stage")) {
                    for (int i = from; i < from + ROWS / 2; i++) {
                        Measurements.Row row = Measurements.row(i);
                        appender.beginRow();
                        appender.append(row.id());
                        appender.append(row.a());
                        appender.append(row.b());
                        appender.append(row.c());
                        appender.append(row.d());
                        appender.endRow();
                    }
                }
                statement.execute("INSERT INTO peers FROM temp.main.stage");
            }
        }
        return ROWS / ((System.nanoTime() - started) / 1e9);
    }

    /** So few rows that the round ends; its rate does not depend on how many they are. */
    private static double batches(Connection connection) throws SQLException {
        int rows = CHUNK;
        long started = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE stage" + Measurements.COLUMNS);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO temp.main.stage VALUES (?, ?, ?, ?, ?)")) {
                for (int i = 0; i < rows; i++) {
                    Measurements.Row row = Measurements.row(i);
                    insert.setLong(1, row.id());
                    insert.setInt(2, row.a());
                    insert.setDouble(3, row.b());
                    insert.setString(4, row.c());
                    insert.setTimestamp(5, Timestamp.valueOf(row.d()));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            statement.execute("INSERT INTO batches FROM temp.main.stage");
        }
        return rows / ((System.nanoTime() - started) / 1e9);
    }
}
