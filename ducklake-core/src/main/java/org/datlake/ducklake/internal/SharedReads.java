package org.datlake.ducklake.internal;

import java.sql.SQLException;
import java.util.OptionalLong;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.EngineStatement.Outcome;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.engine.ReadSession;
import org.datlake.ducklake.internal.engine.Retrier;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.engine.StaleStatement;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** Runs queries on shared sessions, and repeats them when the catalog, the storage or the engine fails. */
final class SharedReads {

    private final LakeRuntime lake;

    SharedReads(LakeRuntime lake) {
        this.lake = lake;
    }

    /** Prepares a query; each opening runs it anew. */
    RowStatement statement(String sql, @Nullable Object[] parameters) {
        return statement(sql, parameters, OptionalLong.empty());
    }

    /**
     * Prepares a query of which it is known what it reads.
     *
     * @param snapshot which snapshot
     */
    RowStatement statement(String sql, @Nullable Object[] parameters, OptionalLong snapshot) {
        return new RowStatement(sql, parameters.clone()) {
            @Override
            OpenResult open(Deadline deadline) throws EngineFailure {
                return repeated(sql(), parameters(), deadline);
            }

            @Override
            public String explain(String text, @Nullable Object[] values, Deadline deadline) throws EngineFailure {
                return lake.explain(text, values, deadline);
            }

            @Override
            OptionalLong snapshot() {
                return snapshot;
            }
        };
    }

    private OpenResult repeated(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure {
        Retrier retrier = new Retrier(lake, DuckLakeEvent.Operation.QUERY, deadline);
        while (true) {
            try {
                return open(sql, parameters, deadline);
            } catch (EngineFailure e) {
                if (!isRepeatable(sql)) {
                    throw e;
                }
                retrier.waitOrThrow(e);
            }
        }
    }

    /** A CALL may have an effect; what can only read may be repeated. */
    private static boolean isRepeatable(String sql) {
        return !sql.stripLeading().regionMatches(true, 0, "CALL", 0, 4);
    }

    private OpenResult open(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure {
        return open(
                new Use() {
                    @Override
                    public ReadSession.Prepared prepare(ReadSession reader) throws SQLException {
                        return prepared(reader, sql, parameters);
                    }
                },
                deadline);
    }

    private static ReadSession.Prepared prepared(ReadSession reader, String sql, @Nullable Object[] parameters)
            throws SQLException {
        ReadSession.Prepared prepared = reader.prepare(sql, parameters);
        EngineStatement statement = prepared.statement();
        if (!statement.returnsRows()) {
            throw new SQLException(
                    "Invalid Input Error: query() is for statements that return rows; use execute() or inTransaction()");
        }
        if (statement.isShapeUnknown()) {
            statement.restrictToReading();
        }
        statement.bind(parameters);
        return prepared;
    }

    /** Runs a statement on a shared session, which others get afterwards. */
    OpenResult open(Use use, Deadline deadline) throws EngineFailure {
        ReadSession reader = lake.sessions().reader(deadline);
        try {
            OpenResult.Started read = lake.workers().run(reader.session(), deadline, () -> start(reader, use));
            return OpenResult.of(lake.engine(), lake.workers(), reader.session(), read, healthy -> {
                if (healthy && use.hasEndedWell()) {
                    lake.sessions().giveBack(reader);
                } else {
                    lake.sessions().release(reader.session());
                }
            });
        } catch (EngineFailure e) {
            lake.engine().report(reader.session().instance(), e.fault());
            lake.sessions().release(reader.session());
            throw e;
        }
    }

    private static OpenResult.Started start(ReadSession reader, Use use) throws SQLException, EngineFailure {
        use.begin(reader.session());
        try {
            return startOnce(reader, use);
        } catch (StaleStatement e) {
            return startOnce(reader, use);
        }
    }

    private static OpenResult.Started startOnce(ReadSession reader, Use use) throws SQLException {
        ReadSession.Prepared prepared = use.prepare(reader);
        EngineStatement statement = prepared.statement();
        Outcome outcome = statement.run();
        if (outcome.rows() == null) {
            throw new SQLException("Invalid Input Error: the statement returned no rows; use execute()");
        }
        return OpenResult.start(outcome.rows(), () -> {
            if (!prepared.kept()) {
                statement.close();
            }
            use.end(reader.session());
        });
    }

    /** What runs on a shared session. All but {@link #hasEndedWell} runs on a worker. */
    interface Use {

        /** Does what has to precede the statement. */
        default void begin(Session session) throws SQLException, EngineFailure {}

        /** Prepares the statement and binds its parameters; once more where what was prepared earlier is stale. */
        ReadSession.Prepared prepare(ReadSession reader) throws SQLException;

        /** Ends what was begun, when all rows have been fetched or are not wanted any more. */
        default void end(Session session) throws SQLException {}

        /** Says, after the end, whether others may have the session. */
        default boolean hasEndedWell() {
            return true;
        }
    }
}
