package org.datlake.ducklake.internal.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection.Ran;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.SingleWrite;
import org.jspecify.annotations.Nullable;

/** A statement whose text comes with each execution. Not thread-safe, except {@link #cancel}. */
class LakeStatement implements Statement {

    private static final @Nullable Object[] NO_PARAMETERS = {};

    private final LakeConnection connection;
    private final List<String> batch = new ArrayList<>();
    private @Nullable LakeResultSet result;
    private volatile @Nullable EngineStatement ownPrepared;
    private long updateCount = -1;
    private int queryTimeoutSeconds;
    private long maxRows;
    private boolean closeOnCompletion;
    private boolean closed;

    LakeStatement(LakeConnection connection) {
        this.connection = connection;
    }

    final LakeConnection lakeConnection() {
        return connection;
    }

    /** Returns how long each visit to the engine may take. */
    final Duration timeout() {
        return queryTimeoutSeconds > 0 ? Duration.ofSeconds(queryTimeoutSeconds) : connection.timeout();
    }

    final boolean isRowLimitReached(long rows) {
        return maxRows > 0 && rows >= maxRows;
    }

    final void checkOpen() throws SQLException {
        if (closed) {
            throw EngineFault.closed("the statement is closed").toSqlException();
        }
        connection.checkOpen();
    }

    /**
     * Runs a statement and keeps what it returned; says whether that is rows.
     *
     * @param parameters are not changed any more
     * @param bound prepares and binds it, on the worker
     */
    final boolean run(String sql, @Nullable Object[] parameters, Callable<EngineStatement> bound) throws SQLException {
        closeResult();
        updateCount = -1;
        connection.noteTransactionIn(sql);
        Observed observed = connection.lake().begin(DuckLakeEvent.Operation.JDBC, sql, parameters);
        try {
            boolean rows;
            if (connection.isEachWriteAlone() && SingleWrite.is(sql)) {
                updateCount = connection.write(timeout(), bound, observed);
                rows = false;
            } else {
                rows = run(bound);
            }
            observed.end(null);
            return rows;
        } catch (SQLException | RuntimeException e) {
            observed.end(behind(e));
            throw e;
        }
    }

    /** What is told of is the failure, not the form in which JDBC has it. */
    static Throwable behind(Exception e) {
        Throwable cause = e.getCause();
        return cause instanceof EngineFailure || cause instanceof DuckLakeException ? cause : e;
    }

    private boolean run(Callable<EngineStatement> bound) throws SQLException {
        Deadline deadline = Deadline.after(timeout());
        Optional<String> errorType = Optional.empty();
        try {
            AtomicReference<EngineStatement> statement = new AtomicReference<>();
            Ran ran = connection
                    .engine()
                    .run(
                            () -> {
                                statement.set(bound.call());
                                return statement.get();
                            },
                            deadline);
            updateCount = ran.changed();
            result = ran.rows() == null
                    ? null
                    : new LakeResultSet(this, ran.rows(), statement.get().meta());
            return result != null;
        } catch (EngineFailure e) {
            errorType = Optional.of(e.fault().errorType());
            throw e.toSqlException();
        } finally {
            connection.lake().finished(DuckLakeEvent.Operation.JDBC, deadline.elapsed(), errorType);
        }
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        checkOpen();
        closeResult();
        EngineStatement previous = ownPrepared;
        ownPrepared = null;
        return run(sql, NO_PARAMETERS, () -> {
            if (previous != null) {
                previous.close();
            }
            EngineStatement statement =
                    EngineStatement.prepare(connection.engine().session(), sql);
            ownPrepared = statement;
            return statement;
        });
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        execute(sql);
        return rows();
    }

    final ResultSet rows() throws SQLException {
        if (result == null) {
            throw new SQLException("the statement returned no rows: use execute() or executeUpdate()", "02000");
        }
        return result;
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return Math.toIntExact(executeLargeUpdate(sql));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        execute(sql);
        return changed();
    }

    final long changed() throws SQLException {
        if (result != null) {
            closeResult();
            throw new SQLException("the statement returned rows: use executeQuery()", "0100E");
        }
        return Math.max(0, updateCount);
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        checkOpen();
        return nullable(result);
    }

    @SuppressWarnings("NullAway") // JDBC wants null where there are no rows
    private static ResultSet nullable(@Nullable ResultSet rows) {
        return rows;
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return (int) Math.min(Integer.MAX_VALUE, getLargeUpdateCount());
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        checkOpen();
        return result == null ? updateCount : -1;
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        checkOpen();
        closeResult();
        updateCount = -1;
        return false;
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        return getMoreResults();
    }

    final void closeResult() throws SQLException {
        LakeResultSet open = result;
        result = null;
        if (open != null) {
            open.close();
        }
    }

    /** A result tells that it was closed. */
    final void resultClosed() throws SQLException {
        if (closeOnCompletion) {
            close();
        }
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        closeResult();
        EngineStatement prepared = ownPrepared;
        if (prepared != null) {
            drop(prepared);
        }
    }

    /** Frees a statement of the engine; closing the connection would do so as well. */
    final void drop(EngineStatement prepared) throws SQLException {
        if (!connection.isClosed() && !connection.engine().isSetAside()) {
            connection.call(timeout(), () -> {
                prepared.close();
                return true;
            });
        }
    }

    @Override
    public boolean isClosed() {
        return closed || connection.isClosed();
    }

    @Override
    public void cancel() {
        connection.engine().cancel();
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        checkOpen();
        batch.add(sql);
    }

    @Override
    public void clearBatch() throws SQLException {
        checkOpen();
        batch.clear();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return Arrays.stream(executeLargeBatch()).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        checkOpen();
        long[] counts = new long[batch.size()];
        for (int i = 0; i < counts.length; i++) {
            try {
                counts[i] = executeLargeUpdate(batch.get(i));
            } catch (SQLException e) {
                throw failedBatch(e, Arrays.copyOf(counts, i));
            }
        }
        batch.clear();
        return counts;
    }

    static BatchUpdateException failedBatch(SQLException error, long[] done) {
        return new BatchUpdateException(
                "statement " + (done.length + 1) + " of the batch failed: " + error.getMessage(),
                error.getSQLState(),
                error.getErrorCode(),
                done,
                error.getCause());
    }

    @Override
    public int getQueryTimeout() {
        return queryTimeoutSeconds;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        if (seconds < 0) {
            throw new SQLException("the timeout must not be negative", "22023");
        }
        queryTimeoutSeconds = seconds;
    }

    @Override
    public int getMaxRows() {
        return (int) Math.min(Integer.MAX_VALUE, maxRows);
    }

    @Override
    public void setMaxRows(int rows) throws SQLException {
        setLargeMaxRows(rows);
    }

    @Override
    public long getLargeMaxRows() {
        return maxRows;
    }

    @Override
    public void setLargeMaxRows(long rows) throws SQLException {
        if (rows < 0) {
            throw new SQLException("the number of rows must not be negative", "22023");
        }
        maxRows = rows;
    }

    @Override
    public int getMaxFieldSize() {
        return 0;
    }

    @Override
    public void setMaxFieldSize(int bytes) throws SQLException {
        if (bytes != 0) {
            throw LakeConnection.unsupported("values are not cut");
        }
    }

    @Override
    public void setEscapeProcessing(boolean enable) {
        // There are no JDBC escapes in DuckDB's SQL.
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        throw LakeConnection.unsupported("there are no named cursors");
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        if (direction != ResultSet.FETCH_FORWARD) {
            throw LakeConnection.unsupported("results are read forward");
        }
    }

    @Override
    public int getFetchDirection() {
        return ResultSet.FETCH_FORWARD;
    }

    @Override
    public void setFetchSize(int rows) {
        // A hint; blocks have the size that suits the engine.
    }

    @Override
    public int getFetchSize() {
        return 0;
    }

    @Override
    public int getResultSetConcurrency() {
        return ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public int getResultSetType() {
        return ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public int getResultSetHoldability() {
        return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        throw LakeConnection.unsupported("DuckLake generates no keys");
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        checkNoKeys(autoGeneratedKeys);
        return executeUpdate(sql);
    }

    private static void checkNoKeys(int autoGeneratedKeys) throws SQLException {
        if (autoGeneratedKeys != NO_GENERATED_KEYS) {
            throw LakeConnection.unsupported("DuckLake generates no keys");
        }
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        throw LakeConnection.unsupported("DuckLake generates no keys");
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        throw LakeConnection.unsupported("DuckLake generates no keys");
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        checkNoKeys(autoGeneratedKeys);
        return execute(sql);
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        throw LakeConnection.unsupported("DuckLake generates no keys");
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        throw LakeConnection.unsupported("DuckLake generates no keys");
    }

    @Override
    public void setPoolable(boolean poolable) {
        // A hint; statements are not pooled.
    }

    @Override
    public boolean isPoolable() {
        return false;
    }

    @Override
    public void closeOnCompletion() {
        closeOnCompletion = true;
    }

    @Override
    public boolean isCloseOnCompletion() {
        return closeOnCompletion;
    }

    @Override
    public @Nullable SQLWarning getWarnings() {
        return null;
    }

    @Override
    public void clearWarnings() {
        // There are none.
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Wrapping.unwrap(this, type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
