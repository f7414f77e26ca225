package org.datlake.ducklake.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;

/**
 * {@code SELECT 1}, and one row of a lake table by its id: through the client, with a worker and a deadline behind each
 * call, against a raw duplicate that is kept open. Two copies of one lake, as a file catalog is for one at a time.
 */
final class SmallQueries {

    private static final int ROWS = 200_000;
    private static final int SELECTS = 4000;
    private static final int POINTS = 150;

    private SmallQueries() {}

    static List<String> run(Path scratch) throws Exception {
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(scratch.resolve("ours")));
                RawLake raw = RawLake.embedded(scratch.resolve("peer"));
                Connection duplicate = raw.duplicate()) {
            String create =
                    "CREATE TABLE t AS SELECT range AS id, range * 1.5 AS v, 'note ' || range AS note FROM range("
                            + ROWS + ")";
            lake.execute(create);
            execute(duplicate, create);
            Duel.Result one = new Duel(
                            "SELECT 1, client / raw duplicate", () -> selectOne(lake), () -> selectOne(duplicate))
                    .run(3, 15);
            Duel.Result point = new Duel(
                            "point query on the lake, client / raw", () -> point(lake), () -> point(duplicate))
                    .run(2, 15);
            return List.of(
                    one.against(Goal.atMost(1.15), "us").line(),
                    point.against(Goal.atMost(1.03), "us").line());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static double selectOne(DuckLakeClient lake) {
        long started = System.nanoTime();
        for (int i = 0; i < SELECTS; i++) {
            check(lake.query("SELECT 1").as(Integer.class).one() == 1);
        }
        return micros(started, SELECTS);
    }

    private static double selectOne(Connection connection) throws SQLException {
        long started = System.nanoTime();
        for (int i = 0; i < SELECTS; i++) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT 1")) {
                row.next();
                check(row.getInt(1) == 1);
            }
        }
        return micros(started, SELECTS);
    }

    private static double point(DuckLakeClient lake) {
        long started = System.nanoTime();
        for (int i = 0; i < POINTS; i++) {
            long id = i * 997L % ROWS;
            String note = lake.query("SELECT note FROM t WHERE id = ?", id)
                    .as(String.class)
                    .one();
            check(note.equals("note " + id));
        }
        return micros(started, POINTS);
    }

    private static double point(Connection connection) throws SQLException {
        long started = System.nanoTime();
        for (int i = 0; i < POINTS; i++) {
            long id = i * 997L % ROWS;
            try (PreparedStatement statement = connection.prepareStatement("SELECT note FROM t WHERE id = ?")) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    check(row.getString(1).equals("note " + id));
                }
            }
        }
        return micros(started, POINTS);
    }

    private static double micros(long started, int calls) {
        return (System.nanoTime() - started) / 1e3 / calls;
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("a wrong answer");
        }
    }
}
