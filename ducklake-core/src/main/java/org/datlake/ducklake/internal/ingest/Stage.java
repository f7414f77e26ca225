package org.datlake.ducklake.internal.ingest;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.ingest.Batch.Part;
import org.datlake.ducklake.internal.staging.TableShape;
import org.duckdb.DuckDBAppender;

/**
 * Temporary tables of one connection that rows are staged in, one for each table that is written to. The Appender fills
 * them: on the lake's own table it would write a file for every 2,048 rows. All methods are for workers.
 */
final class Stage {

    private static final int MOST_TABLES = 16;

    private final EngineConnection connection;
    private final String alias;
    private final Map<TableShape, String> tables = new LinkedHashMap<>();
    private final Map<TableShape, String> used = new LinkedHashMap<>();
    private int inliningLimit;
    private int made;

    /** Makes an empty one on a new connection, for a lake that inlines up to so many rows. */
    Stage(EngineConnection connection, String alias, int inliningLimit) {
        this.connection = connection;
        this.alias = alias;
        this.inliningLimit = inliningLimit;
    }

    EngineConnection connection() {
        return connection;
    }

    /** Forgets what was staged before. */
    void begin() {
        used.clear();
    }

    /** Stages further rows. */
    void append(List<Batch> batches) throws SQLException {
        Session session = connection.session();
        session.place();
        for (Map.Entry<TableShape, List<Part>> table : byTable(batches).entrySet()) {
            String name = used.get(table.getKey());
            if (name == null) {
                name = emptyTable(session, table.getKey());
                used.put(table.getKey(), name);
            }
            append(session, name, table.getValue());
        }
    }

    private static Map<TableShape, List<Part>> byTable(List<Batch> batches) {
        Map<TableShape, List<Part>> tables = new LinkedHashMap<>();
        for (Batch batch : batches) {
            for (Part part : batch.parts()) {
                tables.computeIfAbsent(part.shape(), shape -> new ArrayList<>()).add(part);
            }
        }
        return tables;
    }

    /** Moves what is staged into the tables, inlining up to so many rows. */
    void insert(int limit) throws SQLException {
        Session session = connection.session();
        if (limit != inliningLimit) {
            session.inlineUpTo(limit);
            inliningLimit = limit;
        }
        for (Map.Entry<TableShape, String> table : used.entrySet()) {
            session.run(table.getKey().insertFrom(alias, table.getValue()));
        }
    }

    private String emptyTable(Session session, TableShape shape) throws SQLException {
        String known = tables.get(shape);
        if (known != null) {
            session.run("TRUNCATE temp.main." + known);
            return known;
        }
        if (tables.size() >= MOST_TABLES) {
            dropOldest(session);
        }
        String name = "datlake_stage_" + made++;
        session.run(shape.createStage(name));
        tables.put(shape, name);
        return name;
    }

    private void dropOldest(Session session) throws SQLException {
        Optional<TableShape> oldest = tables.keySet().stream()
                .filter(shape -> !used.containsKey(shape))
                .findFirst();
        if (oldest.isPresent()) {
            session.run("DROP TABLE temp.main." + tables.remove(oldest.get()));
        }
    }

    private static void append(Session session, String table, List<Part> parts) throws SQLException {
        try (DuckDBAppender appender = session.connection().createAppender("temp", "main", table)) {
            for (Part part : parts) {
                part.rows().appendTo(appender);
            }
        }
    }
}
