package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session that keeps its most recent statements prepared. Used by one worker at a time. */
public final class ReadSession {

    private static final int STATEMENTS = 32;

    private final Session session;
    private final Map<String, EngineStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    ReadSession(Session session) {
        this.session = session;
    }

    /** Returns the session. */
    public Session session() {
        return session;
    }

    /** Returns a prepared statement that returns rows; others are not kept. */
    public EngineStatement prepare(String sql) throws SQLException {
        EngineStatement kept = statements.remove(sql);
        if (kept != null && !kept.isClosed()) {
            statements.put(sql, kept);
            return kept;
        }
        EngineStatement prepared = EngineStatement.prepare(session, sql);
        if (statements.size() >= STATEMENTS) {
            String oldest = statements.keySet().iterator().next();
            EngineStatement dropped = statements.remove(oldest);
            if (dropped != null) {
                dropped.close();
            }
        }
        statements.put(sql, prepared);
        return prepared;
    }
}
