package org.datlake.ducklake.internal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
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
    private final SharedReads reads;
    private final SqlTrees trees = new SqlTrees();
    private final GuardedSql guard;

    GuardedReads(LakeRuntime lake, SharedReads reads) {
        this.lake = lake;
        this.reads = reads;
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
    final class Opening extends RowStatement implements SharedReads.Use {

        private final Moment moment;
        private final OptionalLong limit;
        private long snapshot = -1;
        private GuardedSql.@Nullable Ready ready;

        /** Whether nothing is left on the session; set by the worker. */
        private volatile boolean endedWell;

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
            return repeated(deadline, () -> reads.open(this, deadline));
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

        @Override
        public void begin(Session session) throws SQLException, EngineFailure {
            begin(session, limit);
        }

        private GuardedSql.Ready begin(Session session, OptionalLong told) throws SQLException, EngineFailure {
            endedWell = false;
            GuardedSql.Ready checked = checked(session, told);
            snapshot = checked.snapshot();
            ready = checked;
            return checked;
        }

        /** Only where rows are streamed do they stop to come as soon as nobody takes them. */
        @Override
        public ReadSession.Prepared prepare(ReadSession reader) throws SQLException {
            GuardedSql.Ready checked = Objects.requireNonNull(ready, "begin() comes first");
            @Nullable Object[] values = checked.values(parameters());
            ReadSession.Prepared prepared = reader.prepare(checked.sql(), values);
            if (!checked.sql().equals(checked.limited())
                    && !prepared.statement().isStreamed()) {
                prepared.statement().close();
                prepared = reader.prepare(checked.limited(), values);
            }
            prepared.statement().bind(values);
            return prepared;
        }

        /** Nothing is left on the session, which is expensive to make. */
        @Override
        public void end(Session session) {
            endedWell = isRolledBack(session);
        }

        @Override
        public boolean hasEndedWell() {
            return endedWell;
        }

        long copy(Path file, Deadline deadline) throws EngineFailure {
            return repeated(deadline, () -> copyOnce(file, deadline));
        }

        private long copyOnce(Path file, Deadline deadline) throws EngineFailure {
            try (EngineConnection connection = lake.connect(deadline)) {
                // Where an attempt left a file, the next one would write beside it, and leave that if it failed, too.
                String options = " (FORMAT parquet, USE_TMP_FILE false)";
                String most = limit.isPresent() ? " LIMIT " + limit.getAsLong() : "";
                Bound bound = new Bound(connection.session());
                long rows = connection
                        .run(
                                () -> {
                                    GuardedSql.Ready inner = begin(connection.session(), OptionalLong.empty());
                                    return bound.prepare(
                                            "COPY (SELECT * FROM (" + inner.sql() + ")" + most + ") TO "
                                                    + SqlText.literal(file.toString()) + options,
                                            inner.values(parameters()));
                                },
                                () -> {
                                    bound.close();
                                    end(connection.session());
                                },
                                deadline)
                        .changed();
                if (endedWell) {
                    connection.markAsNew();
                }
                return rows;
            }
        }

        private GuardedSql.Ready checked(Session session, OptionalLong told) throws SQLException, EngineFailure {
            session.place();
            session.run("BEGIN TRANSACTION READ ONLY");
            return guard.prepare(session, sql(), moment, told);
        }

        /** Checked once more: what the statement names may have changed since it ran. */
        @Override
        public String explain(String text, @Nullable Object[] values, Deadline deadline) throws EngineFailure {
            lake.inFlight().enter();
            try (EngineConnection connection = lake.connect(deadline)) {
                Bound bound = new Bound(connection.session());
                EngineConnection.Ran ran = connection.run(
                        () -> {
                            GuardedSql.Ready again = checked(connection.session(), limit);
                            return bound.prepare(Explainer.EXPLAIN + again.sql(), again.values(values));
                        },
                        deadline);
                return Explainer.planIn(ran.rows(), deadline);
            } finally {
                lake.inFlight().exit();
            }
        }
    }

    /** The rows have been read: whether the transaction ends well decides only whether the session is kept. */
    private static boolean isRolledBack(Session session) {
        try {
            session.run("ROLLBACK");
            return true;
        } catch (SQLException e) {
            LOG.debug("a guarded statement could not be ended: {}", e.getMessage());
            return false;
        }
    }

    /** A statement that is prepared on a session, and closed when it has run. For the worker. */
    private static final class Bound {

        private final Session session;
        private @Nullable EngineStatement statement;

        Bound(Session session) {
            this.session = session;
        }

        EngineStatement prepare(String sql, @Nullable Object[] parameters) throws SQLException {
            EngineStatement prepared = EngineStatement.prepare(session, sql);
            statement = prepared;
            prepared.bind(parameters);
            return prepared;
        }

        void close() throws SQLException {
            if (statement != null) {
                statement.close();
            }
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws EngineFailure;
    }
}
