package org.datlake.ducklake.internal.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection.Ran;
import org.datlake.ducklake.internal.engine.EngineStatement;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** A prepared statement. A failed execution, after which the driver's own is closed, leaves it usable. */
final class LakePreparedStatement extends LakeStatement implements PreparedStatement {

    private final String sql;
    private final List<@Nullable Object[]> batch = new ArrayList<>();
    private volatile EngineStatement statement;
    private volatile long preparedIn = -1;
    private @Nullable Object[] parameters;

    private LakePreparedStatement(
            LakeConnection connection, String sql, EngineStatement statement, int parameterCount) {
        super(connection);
        this.sql = sql;
        this.statement = statement;
        this.parameters = new Object[parameterCount];
    }

    static LakePreparedStatement prepare(LakeConnection connection, String sql) throws SQLException {
        EngineStatement statement = connection.call(
                connection.timeout(),
                () -> EngineStatement.prepare(connection.engine().session(), sql));
        int count = statement.driverStatement().getParameterMetaData().getParameterCount();
        return new LakePreparedStatement(connection, sql, statement, count);
    }

    /** Binds, and prepares anew what a failure has closed. For workers. */
    private EngineStatement bound(@Nullable Object[] values) throws SQLException {
        // A plan points into the catalog's cache, which lives as long as the transaction that made the plan: run in a
        // later one, it brings the whole JVM down.
        long now = lakeConnection().transactionNumber();
        if (statement.isClosed() || preparedIn != now) {
            statement.close();
            statement = EngineStatement.prepare(lakeConnection().engine().session(), sql);
            preparedIn = now;
        }
        statement.bind(values);
        return statement;
    }

    @Override
    public boolean execute() throws SQLException {
        checkOpen();
        @Nullable Object[] values = parameters.clone();
        return run(sql, values, () -> bound(values));
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        execute();
        return rows();
    }

    @Override
    public int executeUpdate() throws SQLException {
        return Math.toIntExact(executeLargeUpdate());
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        execute();
        return changed();
    }

    @Override
    public void addBatch() throws SQLException {
        checkOpen();
        batch.add(parameters.clone());
    }

    @Override
    public void addBatch(String text) throws SQLException {
        throw LakeConnection.unsupported("a prepared statement has its text");
    }

    @Override
    public void clearBatch() {
        batch.clear();
    }

    /** All or nothing where auto-commit is on: one snapshot instead of one for each row. */
    @Override
    public long[] executeLargeBatch() throws SQLException {
        checkOpen();
        boolean alone = lakeConnection().getAutoCommit();
        if (alone) {
            lakeConnection().setAutoCommit(false);
        }
        long[] counts = new long[batch.size()];
        int done = 0;
        Observed observed = lakeConnection().lake().begin(DuckLakeEvent.Operation.JDBC, sql, parameters.clone());
        try {
            for (@Nullable Object[] values : batch) {
                Ran ran = lakeConnection().engine().run(() -> bound(values), Deadline.after(timeout()));
                counts[done++] = Math.max(0, ran.changed());
            }
            if (alone) {
                lakeConnection().commit();
            }
            batch.clear();
            observed.end(null);
            return counts;
        } catch (EngineFailure e) {
            observed.end(e);
            throw failedBatch(e.toSqlException(), Arrays.copyOf(counts, done));
        } catch (SQLException e) {
            observed.end(behind(e));
            throw failedBatch(e, Arrays.copyOf(counts, done));
        } finally {
            endBatch(alone, done == counts.length);
        }
    }

    private void endBatch(boolean alone, boolean complete) throws SQLException {
        if (alone) {
            if (!complete) {
                lakeConnection().rollback();
            }
            lakeConnection().setAutoCommit(true);
        }
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return Arrays.stream(executeLargeBatch()).mapToInt(Math::toIntExact).toArray();
    }

    private void set(int index, @Nullable Object value) throws SQLException {
        checkOpen();
        if (index < 1 || index > parameters.length) {
            throw new SQLException(
                    "there is no parameter " + index + ", the statement has " + parameters.length, "07009");
        }
        parameters[index - 1] = value;
    }

    @Override
    public void clearParameters() {
        Arrays.fill(parameters, null);
    }

    @Override
    public void setObject(int index, @Nullable Object value) throws SQLException {
        set(index, value instanceof Blob blob ? blob.getBytes(1, Math.toIntExact(blob.length())) : value);
    }

    @Override
    public void setObject(int index, @Nullable Object value, int sqlType) throws SQLException {
        setObject(index, value);
    }

    @Override
    public void setObject(int index, @Nullable Object value, int sqlType, int scale) throws SQLException {
        setObject(index, value);
    }

    @Override
    public void setNull(int index, int sqlType) throws SQLException {
        set(index, null);
    }

    @Override
    public void setNull(int index, int sqlType, @Nullable String typeName) throws SQLException {
        set(index, null);
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setString(int index, @Nullable String value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setNString(int index, @Nullable String value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setBytes(int index, byte @Nullable [] value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setDate(int index, @Nullable Date value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setDate(int index, @Nullable Date value, @Nullable Calendar calendar) throws SQLException {
        set(index, value);
    }

    @Override
    public void setTime(int index, @Nullable Time value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setTime(int index, @Nullable Time value, @Nullable Calendar calendar) throws SQLException {
        set(index, value);
    }

    @Override
    public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setTimestamp(int index, @Nullable Timestamp value, @Nullable Calendar calendar) throws SQLException {
        set(
                index,
                value == null || calendar == null
                        ? value
                        : value.toInstant()
                                .atZone(calendar.getTimeZone().toZoneId())
                                .toLocalDateTime());
    }

    @Override
    public void setArray(int index, @Nullable Array value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setBlob(int index, @Nullable Blob value) throws SQLException {
        setObject(index, value);
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        set(index, read(value, -1));
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        set(index, read(value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        set(index, read(value, -1));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        set(index, read(value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        set(index, read(value, length));
    }

    private static byte[] read(InputStream value, long length) throws SQLException {
        try {
            return length < 0 ? value.readAllBytes() : value.readNBytes(Math.toIntExact(length));
        } catch (IOException e) {
            throw new SQLException("the stream of a parameter cannot be read", "22000", e);
        }
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        set(index, new String(read(value, -1), StandardCharsets.US_ASCII));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        set(index, new String(read(value, length), StandardCharsets.US_ASCII));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        set(index, new String(read(value, length), StandardCharsets.US_ASCII));
    }

    @Override
    @Deprecated
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        throw LakeConnection.unsupported("use setCharacterStream()");
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        set(index, read(value, Long.MAX_VALUE));
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        set(index, read(value, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        set(index, read(value, length));
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        setCharacterStream(index, value);
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        setCharacterStream(index, value, length);
    }

    private static String read(Reader value, long length) throws SQLException {
        StringBuilder text = new StringBuilder();
        try {
            for (int next = value.read(); next >= 0 && text.length() < length; next = value.read()) {
                text.append((char) next);
            }
            return text.toString();
        } catch (IOException e) {
            throw new SQLException("the reader of a parameter cannot be read", "22000", e);
        }
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        set(index, value.getSubString(1, Math.toIntExact(value.length())));
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        setCharacterStream(index, value);
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        setCharacterStream(index, value, length);
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        setClob(index, value);
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        setCharacterStream(index, value);
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        setCharacterStream(index, value, length);
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        throw LakeConnection.unsupported("there is no REF type");
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        throw LakeConnection.unsupported("there is no DATALINK type; use a text");
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        throw LakeConnection.unsupported("there is no ROWID type");
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        throw LakeConnection.unsupported("there is no XML type");
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        checkOpen();
        return statement.meta();
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        checkOpen();
        return statement.driverStatement().getParameterMetaData();
    }

    @Override
    public void close() throws SQLException {
        boolean first = !isClosed();
        super.close();
        if (first) {
            drop(statement);
        }
    }

    @Override
    public boolean execute(String text) throws SQLException {
        throw LakeConnection.unsupported("a prepared statement has its text");
    }
}
