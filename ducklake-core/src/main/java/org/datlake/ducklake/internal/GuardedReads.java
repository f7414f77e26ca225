package org.datlake.ducklake.internal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.GuardedQuery.Written;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.Explainer;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.OpenResult;
import org.datlake.ducklake.internal.engine.ReadSession;
import org.datlake.ducklake.internal.engine.Retrier;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.engine.StaleStatement;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.guard.GuardedSql;
import org.datlake.ducklake.internal.guard.LakeCatalog;
import org.datlake.ducklake.internal.guard.Moment;
import org.datlake.ducklake.internal.guard.SqlTrees;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs guarded statements: checked and run in one read-only transaction, so that what is checked against is what is read.
 * Thread-safe.
 */
final class GuardedReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedReads.class);

    private final LakeRuntime lake;
    private final SqlTrees trees = new SqlTrees();
    private final GuardedSql guard;

    GuardedReads(LakeRuntime lake) {
        this.lake = lake;
        this.guard = new GuardedSql(trees, new LakeCatalog(lake.settings()));
    }

    Opening opening(String sql, @Nullable Object[] parameters, Moment moment, OptionalLong limit) {
        return new Opening(sql, parameters, moment, limit);
    }

    /** Runs a statement that was prepared by {@link #opening}. */
    ResultReader<Row> read(Opening opening, Duration timeout) {
        return ResultReader.open(lake, opening, columns -> row -> row, timeout);
    }

    /** Writes the rows of a statement to a Parquet file. */
    Written copy(
            String sql,
            @Nullable Object[] parameters,
            Moment moment,
            OptionalLong limit,
            Path file,
            Deadline deadline) {
        Opening opening = new Opening(sql, parameters, moment, limit);
        EngineFailure failure = null;
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            throw e.toException();
        }
        Observed observed = lake.observers().begin(DuckLakeEvent.Operation.QUERY, sql, parameters, opening);
        try {
            long rows = opening.copy(file, deadline);
            observed.reads(opening.snapshot());
            return new Written(rows, opening.read());
        } catch (EngineFailure e) {
            failure = e;
            throw e.toException();
        } finally {
            lake.inFlight().exit();
            lake.finished(DuckLakeEvent.Operation.QUERY, deadline.elapsed(), failure);
            observed.end(failure);
        }
    }

    @Override
    public void close() {
        trees.close();
    }

    /** One run of a statement. Not thread-safe. */
    final class Opening extends RowStatement {

        private final Moment moment;
        private final OptionalLong limit;
        private long snapshot = -1;

        private Opening(String sql, @Nullable Object[] parameters, Moment moment, OptionalLong limit) {
            super(sql, parameters);
            this.moment = moment;
            this.limit = limit;
        }

        /** Returns the snapshot that is read; to be asked when the statement runs. */
        long read() {
            return snapshot;
        }

        @Override
        OptionalLong snapshot() {
            return snapshot < 0 ? OptionalLong.empty() : OptionalLong.of(snapshot);
        }

        @Override
        OpenResult open(Deadline deadline) throws EngineFailure {
            return repeated(deadline, () -> openOnce(deadline));
        }

        private <T> T repeated(Deadline deadline, Attempt<T> attempt) throws EngineFailure {
            Retrier retrier = new Retrier(lake, DuckLakeEvent.Operation.QUERY, deadline);
            while (true) {
                try {
                    return attempt.run();
                } catch (EngineFailure e) {
                    retrier.waitOrThrow(e);
                }
            }
        }

        private OpenResult openOnce(Deadline deadline) throws EngineFailure {
            ReadSession reader = lake.sessions().reader(deadline);
            Ended ended = new Ended();
            try {
                OpenResult.Started started = lake.workers().run(reader.session(), deadline, () -> start(reader, ended));
                return OpenResult.of(lake.engine(), lake.workers(), reader.session(), started, healthy -> {
                    if (healthy && ended.well) {
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

        private OpenResult.Started start(ReadSession reader, Ended ended) throws SQLException, EngineFailure {
            GuardedSql.Ready statement = begin(reader.session());
            try {
                return start(reader, statement, ended);
            } catch (StaleStatement e) {
                return start(reader, statement, ended);
            }
        }

        private OpenResult.Started start(ReadSession reader, GuardedSql.Ready statement, Ended ended)
                throws SQLException {
            @Nullable Object[] values = statement.values(parameters());
            ReadSession.Prepared prepared = reader.prepare(statement.sql(), values);
            prepared.statement().bind(values);
            EngineStatement.Outcome outcome = prepared.statement().run();
            if (outcome.rows() == null) {
                throw new SQLException("Invalid Input Error: the statement returned no rows");
            }
            return OpenResult.start(outcome.rows(), () -> {
                if (!prepared.kept()) {
                    prepared.statement().close();
                }
                ended.well = isRolledBack(reader.session());
            });
        }

        long copy(Path file, Deadline deadline) throws EngineFailure {
            return repeated(deadline, () -> copyOnce(file, deadline));
        }

        private long copyOnce(Path file, Deadline deadline) throws EngineFailure {
            Lent lent = new Lent(lake.connect(deadline));
            try {
                // Where an attempt left a file, the next one would write beside it, and leave that if it failed, too.
                String options = " (FORMAT parquet, USE_TMP_FILE false)";
                String most = limit.isPresent() ? " LIMIT " + limit.getAsLong() : "";
                long rows = lent.connection
                        .run(
                                () -> {
                                    GuardedSql.Ready ready = begin(lent.connection.session());
                                    return lent.prepare(
                                            "COPY (SELECT * FROM (" + ready.sql() + ")" + most + ") TO "
                                                    + SqlText.literal(file.toString()) + options,
                                            ready.values(parameters()));
                                },
                                lent::end,
                                deadline)
                        .changed();
                lent.giveBack();
                return rows;
            } catch (EngineFailure e) {
                lent.connection.close();
                throw e;
            }
        }

        private GuardedSql.Ready begin(Session session) throws SQLException, EngineFailure {
            GuardedSql.Ready ready = checked(session);
            snapshot = ready.snapshot();
            return ready;
        }

        private GuardedSql.Ready checked(Session session) throws SQLException, EngineFailure {
            session.place();
            session.run("BEGIN TRANSACTION READ ONLY");
            return guard.prepare(session, sql(), moment, limit);
        }

        /** Checked once more: what the statement names may have changed since it ran. */
        @Override
        public String explain(String text, @Nullable Object[] values, Deadline deadline) throws EngineFailure {
            lake.inFlight().enter();
            try (EngineConnection connection = lake.connect(deadline)) {
                Lent lent = new Lent(connection);
                EngineConnection.Ran ran = connection.run(
                        () -> {
                            GuardedSql.Ready ready = checked(connection.session());
                            return lent.prepare(Explainer.EXPLAIN + ready.sql(), ready.values(values));
                        },
                        deadline);
                return Explainer.planIn(ran.rows(), deadline);
            } finally {
                lake.inFlight().exit();
            }
        }
    }

    /**
     * A guarded statement leaves nothing on its session, which is expensive to make. Its rows have been read: whether the
     * transaction ends well decides only whether the session is kept.
     */
    private static boolean isRolledBack(Session session) {
        try {
            session.run("ROLLBACK");
            return true;
        } catch (SQLException e) {
            LOG.debug("a guarded statement could not be ended: {}", e.getMessage());
            return false;
        }
    }

    /** Whether a session can be used again; set by the worker. */
    private static final class Ended {
        private volatile boolean well;
    }

    /** A connection, and the statement that runs on it. */
    private static final class Lent {

        private final EngineConnection connection;
        private @Nullable EngineStatement statement;
        private volatile boolean asNew;

        Lent(EngineConnection connection) {
            this.connection = connection;
        }

        EngineStatement prepare(String sql, @Nullable Object[] parameters) throws SQLException {
            EngineStatement prepared = EngineStatement.prepare(connection.session(), sql);
            statement = prepared;
            prepared.bind(parameters);
            return prepared;
        }

        /** For the worker. */
        void end() throws SQLException {
            if (statement != null) {
                statement.close();
            }
            asNew = isRolledBack(connection.session());
        }

        void giveBack() {
            if (asNew) {
                connection.markAsNew();
            }
            connection.close();
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws EngineFailure;
    }
}
