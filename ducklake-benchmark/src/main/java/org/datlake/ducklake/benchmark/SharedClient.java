package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;

/** Six threads that query one client, against six threads that share one raw connection. What counts is errors. */
final class SharedClient {

    private static final int THREADS = 6;
    private static final int CALLS = 90;

    private SharedClient() {}

    static List<String> run(Path scratch) throws Exception {
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(scratch.resolve("ours")));
                RawLake raw = RawLake.embedded(scratch.resolve("peer"));
                Connection shared = raw.duplicate()) {
            String create = "CREATE TABLE six AS SELECT range AS id FROM range(100000)";
            lake.execute(create);
            try (Statement statement = shared.createStatement()) {
                statement.execute(create);
            }
            int ours = errors(() -> {
                try {
                    return lake.query("SELECT count(*) FROM six").as(Long.class).one() == 100_000;
                } catch (DuckLakeException e) {
                    return false;
                }
            });
            int peer = errors(() -> raw(shared));
            Figure figure = new Figure(
                    THREADS + " threads on one client / on one raw connection",
                    "errors",
                    Integer.toString(ours),
                    Integer.toString(peer),
                    "of " + THREADS * CALLS + " calls",
                    "0",
                    ours == 0);
            return List.of(figure.line());
        }
    }

    private static boolean raw(Connection shared) {
        try (Statement statement = shared.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM six")) {
            return row.next() && row.getLong(1) == 100_000;
        } catch (SQLException e) {
            return false;
        }
    }

    private static int errors(Call call) throws InterruptedException {
        AtomicInteger errors = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < CALLS; n++) {
                    if (!call.succeeds()) {
                        errors.incrementAndGet();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return errors.get();
    }

    @FunctionalInterface
    private interface Call {
        boolean succeeds();
    }
}
