package org.datlake.ducklake.internal.jdbc;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.commit.Committer;
import org.datlake.ducklake.internal.commit.Committer.Commit;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.sql.SingleWrite;
import org.jspecify.annotations.Nullable;

/** A plain JDBC connection whose calls have a deadline. Not thread-safe, except {@link #abort}. */
final class LakeConnection implements Connection {

    private static final Pattern BEGIN =
            Pattern.compile("\\bbegin\\b|\\bstart\\s+transaction\\b", Pattern.CASE_INSENSITIVE);
    private static final String NOTHING_TO_END = "no transaction is active";

    private final LakeRuntime lake;
    private final Committer committer;
    private final WriteTurns turns;
    private final EngineConnection connection;
    private Duration timeout;
    private boolean autoCommit = true;
    private boolean begunInSql;
    private long transactionNumber;

    LakeConnection(LakeRuntime lake, Committer committer, WriteTurns turns, EngineConnection connection) {
        this.lake = lake;
        this.committer = committer;
        this.turns = turns;
        this.connection = connection;
        this.timeout = lake.settings().operationTimeout();
    }

    LakeRuntime lake() {
        return lake;
    }

    EngineConnection engine() {
        return connection;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns which transaction the next statement belongs to; with autocommit, each has one of its own. */
    long transactionNumber() {
        return autoCommit ? ++transactionNumber : transactionNumber;
    }

    /** Runs something on the session, in a worker. */
    <T> T call(Duration limit, Callable<T> work) throws SQLException {
        try {
            return connection.call(Deadline.after(limit), work);
        } catch (EngineFailure e) {
            throw e.toSqlException();
        }
    }

    /** Whoever begins transactions in SQL, instead of JDBC's way, also ends them. */
    void noteTransactionIn(String sql) {
        begunInSql |= BEGIN.matcher(sql).find() && !SingleWrite.is(sql);
    }

    boolean isEachWriteAlone() {
        return autoCommit && !begunInSql;
    }

    /**
     * Runs a statement that writes in a transaction of its own, which can be found again if its end is lost.
     *
     * @param bound prepares and binds it, on the worker
     * @param observed is told of the name that is committed
     * @return how many rows it changed
     */
    long write(Duration limit, Callable<EngineStatement> bound, Observed observed) throws SQLException {
        Deadline deadline = Deadline.after(limit);
        Optional<String> errorType = Optional.empty();
        AtomicLong changed = new AtomicLong();
        lake.engine().protectFiles();
        WriteTurns.Turn turn = turns.await(deadline);
        try {
            OperationId operation = OperationId.random();
            observed.commits(operation);
            Commit commit = new Commit(List.of(operation), null, null);
            connection.closeOpenResult();
            committer.transact(
                    connection,
                    commit,
                    turn,
                    deadline,
                    session -> changed.set(run(bound).changed()));
            return changed.get();
        } catch (EngineFailure e) {
            errorType = Optional.of(e.fault().errorType());
            throw e.toSqlException();
        } catch (CommitOutcomeUnknownException e) {
            errorType = Optional.of(e.errorType());
            throw new SQLException(e.getMessage(), e.sqlState(), e);
        } finally {
            turn.close();
            lake.finished(DuckLakeEvent.Operation.JDBC, deadline.elapsed(), errorType);
        }
    }

    private static EngineStatement.Outcome run(Callable<EngineStatement> bound) throws SQLException {
        try {
            return bound.call().run();
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T placed(PlacedWork<T> work) throws SQLException {
        return call(timeout, () -> {
            Session session = connection.session();
            session.place();
            return work.run(session);
        });
    }

    void checkOpen() throws SQLException {
        if (connection.isClosed()) {
            throw EngineFault.closed("the connection is closed").toSqlException();
        }
    }

    @Override
    public Statement createStatement() throws SQLException {
        checkOpen();
        return new LakeStatement(this);
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        checkForwardReadOnly(type, concurrency);
        return createStatement();
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return createStatement(type, concurrency);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        checkOpen();
        return LakePreparedStatement.prepare(this, sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        checkForwardReadOnly(type, concurrency);
        return prepareStatement(sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return prepareStatement(sql, type, concurrency);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
        if (autoGeneratedKeys == Statement.NO_GENERATED_KEYS) {
            return prepareStatement(sql);
        }
        throw unsupported("DuckLake generates no keys");
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
        throw unsupported("DuckLake generates no keys");
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
        throw unsupported("DuckLake generates no keys");
    }

    private static void checkForwardReadOnly(int type, int concurrency) throws SQLException {
        if (type != ResultSet.TYPE_FORWARD_ONLY || concurrency != ResultSet.CONCUR_READ_ONLY) {
            throw unsupported("results are read forward and not written");
        }
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        throw unsupported("there are no stored procedures; use CALL in a statement");
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return prepareCall(sql);
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return prepareCall(sql);
    }

    @Override
    public String nativeSQL(String sql) {
        return sql;
    }

    @Override
    public void setAutoCommit(boolean value) throws SQLException {
        checkOpen();
        if (value == autoCommit) {
            return;
        }
        if (value) {
            // As JDBC wants it.
            commit();
        }
        call(timeout, () -> {
            connection.session().connection().setAutoCommit(value);
            return true;
        });
        autoCommit = value;
        transactionNumber++;
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        checkOpen();
        return autoCommit;
    }

    @Override
    public void commit() throws SQLException {
        endTransaction("commit");
        lake.engine().protectFiles();
        OperationId operation = OperationId.random();
        Observed observed = lake.observers().begin(DuckLakeEvent.Operation.COMMIT);
        observed.commits(operation);
        try {
            committer.commit(
                    connection,
                    new Commit(List.of(operation), null, null),
                    Deadline.after(timeout),
                    session -> session.connection().commit());
            observed.end(null);
        } catch (EngineFailure e) {
            boolean nothingToEnd = String.valueOf(e.getMessage()).contains(NOTHING_TO_END);
            observed.end(nothingToEnd ? null : e);
            if (!nothingToEnd) {
                throw e.toSqlException();
            }
        } catch (CommitOutcomeUnknownException e) {
            observed.end(e);
            throw new SQLException(e.getMessage(), e.sqlState(), e);
        }
    }

    @Override
    public void rollback() throws SQLException {
        endTransaction("rollback");
        call(timeout, () -> {
            try {
                connection.session().connection().rollback();
            } catch (SQLException e) {
                if (!String.valueOf(e.getMessage()).contains(NOTHING_TO_END)) {
                    throw e;
                }
            }
            return true;
        });
    }

    private void endTransaction(String name) throws SQLException {
        checkOpen();
        if (autoCommit) {
            throw new SQLException(name + "() needs setAutoCommit(false)", "25000");
        }
        connection.closeOpenResult();
        transactionNumber++;
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public void abort(Executor executor) {
        executor.execute(() -> {
            connection.cancel();
            connection.close();
        });
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        checkOpen();
        return WorkerMetaData.of(this);
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        // A hint, by JDBC's words; there is nothing that it would make faster here.
        checkOpen();
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        checkOpen();
        return false;
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        placed(session -> {
            session.connection().setCatalog(catalog);
            return true;
        });
    }

    @Override
    public String getCatalog() throws SQLException {
        return placed(session -> session.connection().getCatalog());
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        placed(session -> {
            session.connection().setSchema(schema);
            return true;
        });
    }

    @Override
    public String getSchema() throws SQLException {
        return placed(session -> session.connection().getSchema());
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        // DuckLake's transactions see one snapshot throughout, which is more than the weaker levels ask for.
        if (level > TRANSACTION_REPEATABLE_READ) {
            throw unsupported("DuckLake's transactions are REPEATABLE READ (snapshot isolation), not SERIALIZABLE");
        }
    }

    @Override
    public int getTransactionIsolation() {
        return TRANSACTION_REPEATABLE_READ;
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
    public Map<String, Class<?>> getTypeMap() {
        return Map.of();
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        if (!map.isEmpty()) {
            throw unsupported("there are no user-defined types");
        }
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        if (holdability != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
            throw unsupported("results end with their transaction");
        }
    }

    @Override
    public int getHoldability() {
        return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        throw unsupported("DuckDB has no savepoints");
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        return setSavepoint();
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        throw unsupported("DuckDB has no savepoints");
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        throw unsupported("DuckDB has no savepoints");
    }

    @Override
    public Clob createClob() throws SQLException {
        throw unsupported("texts are strings");
    }

    @Override
    public Blob createBlob() throws SQLException {
        throw unsupported("binary values are byte arrays");
    }

    @Override
    public NClob createNClob() throws SQLException {
        throw unsupported("texts are strings");
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        throw unsupported("there is no XML type");
    }

    @Override
    public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
        return connection.session().connection().createArrayOf(typeName, elements);
    }

    @Override
    public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
        return connection.session().connection().createStruct(typeName, attributes);
    }

    @Override
    public boolean isValid(int seconds) throws SQLException {
        if (seconds < 0) {
            throw new SQLException("the timeout must not be negative", "22023");
        }
        if (isClosed()) {
            return false;
        }
        try {
            Duration limit = seconds == 0 ? timeout : Duration.ofSeconds(seconds);
            // Through the lake, not just the engine: a connection that cannot reach its catalog is of no use.
            connection.run(
                    "SELECT id FROM "
                            + LakeFunctions.call(
                                    "current_snapshot", lake.settings().alias()),
                    new Object[0],
                    Deadline.after(limit));
            return true;
        } catch (EngineFailure e) {
            return false;
        }
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        throw new SQLClientInfoException("there is no client info", "0A000", Map.of());
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        throw new SQLClientInfoException("there is no client info", "0A000", Map.of());
    }

    @Override
    public @Nullable String getClientInfo(String name) {
        return null;
    }

    @Override
    public Properties getClientInfo() {
        return new Properties();
    }

    @Override
    public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
        if (millis < 0) {
            throw new SQLException("the timeout must not be negative", "22023");
        }
        timeout = millis == 0 ? lake.settings().operationTimeout() : Duration.ofMillis(millis);
    }

    @Override
    public int getNetworkTimeout() {
        return (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        // For the Appender and Arrow; calls on it have no deadline.
        return placed(session -> session.connection().unwrap(type));
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || connection.session().connection().isWrapperFor(type);
    }

    static SQLFeatureNotSupportedException unsupported(String why) {
        return new SQLFeatureNotSupportedException(why, "0A000");
    }

    @FunctionalInterface
    private interface PlacedWork<T> {
        T run(Session session) throws SQLException;
    }
}
