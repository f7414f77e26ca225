package org.datlake.ducklake.internal.ingest;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.staging.RowsFunction;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.datlake.ducklake.internal.staging.StagedRows;
import org.datlake.ducklake.internal.staging.TableShape;

/** Inserts rows of many callers with one statement for each table, on a connection of its own. */
final class GroupInsert {

    private final EngineConnection connection;
    private final String alias;
    private int inliningLimit;

    /** Makes one on a new connection, for a lake that inlines up to so many rows. */
    GroupInsert(EngineConnection connection, String alias, int inliningLimit) {
        this.connection = connection;
        this.alias = alias;
        this.inliningLimit = inliningLimit;
    }

    EngineConnection connection() {
        return connection;
    }

    /** Inserts the rows, inlining up to so many. For a worker. */
    void run(Session session, List<StagedPart> parts, int limit) throws SQLException {
        if (limit != inliningLimit) {
            session.inlineUpTo(limit);
            inliningLimit = limit;
        }
        RowsFunction rows = session.instance().rows();
        for (Map.Entry<TableShape, List<StagedRows>> table : byTable(parts).entrySet()) {
            TableShape shape = table.getKey();
            try (RowsFunction.Handed handed = rows.hand(shape, table.getValue())) {
                session.run(shape.insertFrom(alias, handed));
            }
        }
    }

    private static Map<TableShape, List<StagedRows>> byTable(List<StagedPart> parts) {
        Map<TableShape, List<StagedRows>> tables = new LinkedHashMap<>();
        for (StagedPart part : parts) {
            tables.computeIfAbsent(part.shape(), shape -> new ArrayList<>()).add(part.rows());
        }
        return tables;
    }
}
