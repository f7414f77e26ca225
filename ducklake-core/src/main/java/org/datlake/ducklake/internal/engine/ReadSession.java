package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session that keeps some statements prepared. Used by one worker at a time. */
public final class ReadSession {

    private static final int STATEMENTS = 32;

    private final Session session;
    private final ReusableStatements reusable;
    private final Map<String, EngineStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    ReadSession(Session session, ReusableStatements reusable) {
        this.session = session;
        this.reusable = reusable;
    }

    /** Returns the session. */
    public Session session() {
        return session;
    }

    /** Returns a prepared statement, and whether it stays prepared here or is to be closed after use. */
    public Prepared prepare(String sql, @Nullable Object[] parameters) throws SQLException {
        EngineStatement kept = statements.get(sql);
        if (kept != null) {
            if (!kept.isClosed()) {
                return new Prepared(kept, true);
            }
            statements.remove(sql);
        }
        session.place();
        boolean keep = reusable.mayKeep(session, sql, parameters);
        EngineStatement prepared = EngineStatement.prepare(session, sql);
        if (!keep || prepared.isShapeUnknown() || !prepared.isStreamed()) {
            return new Prepared(prepared, false);
        }
        makeRoom();
        statements.put(sql, prepared);
        return new Prepared(prepared, true);
    }

    private void makeRoom() throws SQLException {
        if (statements.size() >= STATEMENTS) {
            String oldest = statements.keySet().iterator().next();
            EngineStatement dropped = statements.remove(oldest);
            if (dropped != null) {
                dropped.close();
            }
        }
    }

    /**
     * A prepared statement.
     *
     * @param statement the statement
     * @param kept whether it stays prepared
     */
    public record Prepared(EngineStatement statement, boolean kept) {}
}
