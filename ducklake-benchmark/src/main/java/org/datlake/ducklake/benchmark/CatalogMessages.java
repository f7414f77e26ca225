package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;
import org.datlake.ducklake.testing.WireProxy;

/** Counts, on the wire, what a commit of 64 rows sends to PostgreSQL: with a row writer, and with the plain driver. */
final class CatalogMessages {

    private static final int COMMITS = 20;
    private static final int ROWS = 64;

    private CatalogMessages() {}

    static List<String> run(Path scratch) throws Exception {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3)) {
            CatalogSettings.Postgres direct = (CatalogSettings.Postgres) place.catalog();
            try (DuckLakeClient lake = place.client();
                    WireProxy wire = WireProxy.postgres(direct.host(), direct.port())) {
                lake.execute("CREATE TABLE ours" + Measurements.COLUMNS);
                lake.execute("CREATE TABLE peers" + Measurements.COLUMNS);
                CatalogSettings.Postgres proxied = CatalogSettings.postgres(
                        wire.host(), wire.port(), direct.database(), direct.user(), direct.password());
                double ours = ours(place, proxied, wire);
                double peers = peers((StorageSettings.S3) place.storage(), proxied, wire);
                return List.of(new Duel.Result(
                                "messages to PostgreSQL for a commit of " + ROWS + " rows",
                                ours,
                                peers,
                                ours / peers,
                                ours / peers,
                                ours / peers)
                        .against(Goal.atMost(1.5), "messages")
                        .line());
            }
        }
    }

    private static double ours(DisposableLake place, CatalogSettings.Postgres catalog, WireProxy wire) {
        // Probes of the catalog's health would be counted.
        EngineSettings silent =
                EngineSettings.builder().healthInterval(Duration.ofHours(1)).build();
        try (DuckLakeClient lake = DuckLakeClient.connect(
                        place.settings().catalog(catalog).engine(silent).build());
                RowWriter writer = lake.rowWriter("ours")) {
            List<Object[]> batch = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                batch.add(Measurements.values(i));
            }
            return perCommit(wire, () -> writer.writeAll(batch).join());
        }
    }

    private static double peers(StorageSettings.S3 storage, CatalogSettings.Postgres catalog, WireProxy wire)
            throws SQLException {
        String insert = String.format(
                Locale.ROOT,
                "INSERT INTO peers SELECT range, 1, 0.5, 'a text', TIMESTAMP '2026-01-01' FROM range(%d)",
                ROWS);
        try (RawLake raw = RawLake.servers(catalog, storage);
                Connection connection = raw.duplicate();
                Statement statement = connection.createStatement()) {
            return perCommit(wire, () -> run(statement, insert));
        }
    }

    private static void run(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double perCommit(WireProxy wire, Runnable commit) {
        commit.run();
        commit.run();
        long before = wire.messages();
        for (int i = 0; i < COMMITS; i++) {
            commit.run();
        }
        return (wire.messages() - before) / (double) COMMITS;
    }
}
