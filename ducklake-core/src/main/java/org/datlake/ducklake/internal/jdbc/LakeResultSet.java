package org.datlake.ducklake.internal.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.List;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.result.Block;
import org.datlake.ducklake.internal.result.Column;
import org.datlake.ducklake.internal.result.ColumnType;
import org.datlake.ducklake.internal.result.Conversions;
import org.datlake.ducklake.internal.result.CopyCursor;
import org.datlake.ducklake.internal.result.MemoryBlocks;
import org.datlake.ducklake.internal.result.RowBlocks;
import org.jspecify.annotations.Nullable;

/** A result that is read forward; its rows come in blocks from a worker. Not thread-safe. */
@SuppressWarnings("NullAway") // JDBC's getters return null for NULL; the JDK's interfaces say nothing about it
final class LakeResultSet extends ReadOnlyResultSet {

    private final LakeStatement statement;
    private final RowBlocks result;
    private final ResultSetMetaData meta;
    private final List<ColumnType> types;
    private @Nullable Block block;
    private int row = -1;
    private long rowNumber;
    private boolean afterLast;
    private boolean closed;
    private boolean wasNull;

    LakeResultSet(LakeStatement statement, RowBlocks result, ResultSetMetaData meta) {
        this.statement = statement;
        this.result = result;
        this.meta = meta;
        this.types = result.columns();
    }

    /** Copies a small result of the driver into memory. For workers. */
    static ResultSet copyOf(LakeConnection connection, ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        RowBlocks copied = MemoryBlocks.of(new CopyCursor(rows, ColumnType.of(meta), 1024));
        return new LakeResultSet(new LakeStatement(connection), copied, meta);
    }

    @Override
    public boolean next() throws SQLException {
        checkOpen();
        if (afterLast || statement.isRowLimitReached(rowNumber)) {
            afterLast = true;
            return false;
        }
        row++;
        if (block == null || row >= block.rows()) {
            try {
                block = result.next(statement.timeout());
            } catch (EngineFailure e) {
                throw e.toSqlException();
            }
            row = 0;
            afterLast = block == null;
        }
        rowNumber += afterLast ? 0 : 1;
        return !afterLast;
    }

    private void checkOpen() throws SQLException {
        if (closed) {
            throw EngineFault.closed("the result is closed").toSqlException();
        }
    }

    private @Nullable Object value(int index) throws SQLException {
        Column column = column(index);
        wasNull = column.isNull(row);
        return wasNull ? null : column.object(row);
    }

    private Column column(int index) throws SQLException {
        checkOpen();
        if (block == null || afterLast) {
            throw new SQLException("the result stands on no row: call next() first", "24000");
        }
        if (index < 1 || index > types.size()) {
            throw new SQLException("there is no column " + index + ", the result has " + types.size(), "42703");
        }
        return block.columns().get(index - 1);
    }

    private long wholeNumber(int index, long least, long greatest) throws SQLException {
        Column column = column(index);
        wasNull = column.isNull(row);
        if (wasNull) {
            return 0;
        }
        if (column instanceof Column.Longs longs) {
            long value = longs.value(row);
            if (value >= least && value <= greatest) {
                return value;
            }
        }
        return JdbcValues.wholeNumber(column.object(row), least, greatest);
    }

    @Override
    public long getLong(int index) throws SQLException {
        return wholeNumber(index, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public int getInt(int index) throws SQLException {
        return (int) wholeNumber(index, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public short getShort(int index) throws SQLException {
        return (short) wholeNumber(index, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    public byte getByte(int index) throws SQLException {
        return (byte) wholeNumber(index, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    @Override
    public double getDouble(int index) throws SQLException {
        Column column = column(index);
        wasNull = column.isNull(row);
        if (wasNull) {
            return 0;
        }
        return column instanceof Column.Doubles doubles ? doubles.value(row) : JdbcValues.floating(column.object(row));
    }

    @Override
    public float getFloat(int index) throws SQLException {
        return (float) getDouble(index);
    }

    @Override
    public boolean getBoolean(int index) throws SQLException {
        Object value = value(index);
        return value != null && JdbcValues.truth(value);
    }

    @Override
    public String getString(int index) throws SQLException {
        Object value = value(index);
        return value == null ? null : Conversions.text(value);
    }

    @Override
    public String getNString(int index) throws SQLException {
        return getString(index);
    }

    @Override
    public BigDecimal getBigDecimal(int index) throws SQLException {
        Object value = value(index);
        return value == null ? null : JdbcValues.number(value);
    }

    @Override
    public byte[] getBytes(int index) throws SQLException {
        Object value = value(index);
        return value == null ? null : JdbcValues.bytes(value);
    }

    @Override
    public Date getDate(int index) throws SQLException {
        Object value = value(index);
        return value == null ? null : JdbcValues.date(value);
    }

    @Override
    public Date getDate(int index, Calendar calendar) throws SQLException {
        return getDate(index);
    }

    @Override
    public Time getTime(int index) throws SQLException {
        return getTime(index, null);
    }

    @Override
    public Time getTime(int index, @Nullable Calendar calendar) throws SQLException {
        Object value = value(index);
        return value == null ? null : JdbcValues.time(value, calendar);
    }

    @Override
    public Timestamp getTimestamp(int index) throws SQLException {
        return getTimestamp(index, null);
    }

    @Override
    public Timestamp getTimestamp(int index, @Nullable Calendar calendar) throws SQLException {
        Object value = value(index);
        return value == null ? null : JdbcValues.timestamp(value, calendar);
    }

    @Override
    public Object getObject(int index) throws SQLException {
        Object value = value(index);
        return value == null
                ? null
                : JdbcValues.object(value, types.get(index - 1).sqlType());
    }

    @Override
    @SuppressWarnings("unchecked") // the value was converted to the class asked for
    public <T> T getObject(int index, Class<T> type) throws SQLException {
        Object value = value(index);
        return value == null
                ? null
                : (T) JdbcValues.as(value, type, types.get(index - 1).sqlType());
    }

    @Override
    public Array getArray(int index) throws SQLException {
        Object value = value(index);
        return value == null
                ? null
                : JdbcValues.array(value, types.get(index - 1).sqlType());
    }

    @Override
    public Blob getBlob(int index) throws SQLException {
        byte[] bytes = getBytes(index);
        return bytes == null ? null : new ByteBlob(bytes);
    }

    @Override
    public Clob getClob(int index) throws SQLException {
        throw unsupported("getClob");
    }

    @Override
    public URL getURL(int index) throws SQLException {
        throw unsupported("getURL");
    }

    @Override
    public InputStream getBinaryStream(int index) throws SQLException {
        byte[] bytes = getBytes(index);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    @Override
    public InputStream getAsciiStream(int index) throws SQLException {
        String text = getString(index);
        return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Reader getCharacterStream(int index) throws SQLException {
        String text = getString(index);
        return text == null ? null : new StringReader(text);
    }

    @Override
    public Reader getNCharacterStream(int index) throws SQLException {
        return getCharacterStream(index);
    }

    @Override
    public int findColumn(String label) throws SQLException {
        checkOpen();
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).name().equalsIgnoreCase(label)) {
                return i + 1;
            }
        }
        throw new SQLException("the result has no column '" + label + "'", "42703");
    }

    @Override
    public boolean wasNull() throws SQLException {
        checkOpen();
        return wasNull;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        checkOpen();
        return meta;
    }

    @Override
    public Statement getStatement() throws SQLException {
        checkOpen();
        return statement;
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        checkOpen();
        return rowNumber == 0 && !afterLast;
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        checkOpen();
        return afterLast && rowNumber > 0;
    }

    @Override
    public int getRow() throws SQLException {
        checkOpen();
        return afterLast ? 0 : (int) rowNumber;
    }

    @Override
    public int getType() {
        return ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public int getConcurrency() {
        return ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public int getHoldability() {
        return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public int getFetchDirection() {
        return ResultSet.FETCH_FORWARD;
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        if (direction != ResultSet.FETCH_FORWARD) {
            throw unsupported("setFetchDirection");
        }
    }

    @Override
    public int getFetchSize() {
        return 0;
    }

    @Override
    public void setFetchSize(int rows) {
        // A hint; blocks have the size that suits the engine.
    }

    @Override
    public String getCursorName() throws SQLException {
        throw unsupported("getCursorName");
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
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws SQLException {
        if (!closed) {
            closed = true;
            block = null;
            result.close();
            statement.resultClosed();
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Wrapping.unwrap(this, type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    // ---- the same by name ----

    @Override
    public long getLong(String label) throws SQLException {
        return getLong(findColumn(label));
    }

    @Override
    public int getInt(String label) throws SQLException {
        return getInt(findColumn(label));
    }

    @Override
    public short getShort(String label) throws SQLException {
        return getShort(findColumn(label));
    }

    @Override
    public byte getByte(String label) throws SQLException {
        return getByte(findColumn(label));
    }

    @Override
    public double getDouble(String label) throws SQLException {
        return getDouble(findColumn(label));
    }

    @Override
    public float getFloat(String label) throws SQLException {
        return getFloat(findColumn(label));
    }

    @Override
    public boolean getBoolean(String label) throws SQLException {
        return getBoolean(findColumn(label));
    }

    @Override
    public String getString(String label) throws SQLException {
        return getString(findColumn(label));
    }

    @Override
    public String getNString(String label) throws SQLException {
        return getNString(findColumn(label));
    }

    @Override
    public BigDecimal getBigDecimal(String label) throws SQLException {
        return getBigDecimal(findColumn(label));
    }

    @Override
    public byte[] getBytes(String label) throws SQLException {
        return getBytes(findColumn(label));
    }

    @Override
    public Date getDate(String label) throws SQLException {
        return getDate(findColumn(label));
    }

    @Override
    public Time getTime(String label) throws SQLException {
        return getTime(findColumn(label));
    }

    @Override
    public Timestamp getTimestamp(String label) throws SQLException {
        return getTimestamp(findColumn(label));
    }

    @Override
    public Object getObject(String label) throws SQLException {
        return getObject(findColumn(label));
    }

    @Override
    public Array getArray(String label) throws SQLException {
        return getArray(findColumn(label));
    }

    @Override
    public Blob getBlob(String label) throws SQLException {
        return getBlob(findColumn(label));
    }

    @Override
    public Clob getClob(String label) throws SQLException {
        return getClob(findColumn(label));
    }

    @Override
    public URL getURL(String label) throws SQLException {
        return getURL(findColumn(label));
    }

    @Override
    public InputStream getBinaryStream(String label) throws SQLException {
        return getBinaryStream(findColumn(label));
    }

    @Override
    public InputStream getAsciiStream(String label) throws SQLException {
        return getAsciiStream(findColumn(label));
    }

    @Override
    public Reader getCharacterStream(String label) throws SQLException {
        return getCharacterStream(findColumn(label));
    }

    @Override
    public Reader getNCharacterStream(String label) throws SQLException {
        return getNCharacterStream(findColumn(label));
    }

    @Override
    public Date getDate(String label, Calendar calendar) throws SQLException {
        return getDate(findColumn(label), calendar);
    }

    @Override
    public Time getTime(String label, Calendar calendar) throws SQLException {
        return getTime(findColumn(label), calendar);
    }

    @Override
    public Timestamp getTimestamp(String label, Calendar calendar) throws SQLException {
        return getTimestamp(findColumn(label), calendar);
    }

    @Override
    public <T> T getObject(String label, Class<T> type) throws SQLException {
        return getObject(findColumn(label), type);
    }
}
