package org.datlake.ducklake.internal.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Map;

/** What a result that is read forward, once, and never written does not offer: all of it is refused. */
abstract class ReadOnlyResultSet implements ResultSet {

    static SQLFeatureNotSupportedException unsupported(String method) {
        return new SQLFeatureNotSupportedException(
                "results are read forward and not written: no " + method + "()", "0A000");
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(int column, int value) throws SQLException {
        throw unsupported("getBigDecimal");
    }

    @Deprecated
    @Override
    public InputStream getUnicodeStream(int column) throws SQLException {
        throw unsupported("getUnicodeStream");
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(String column, int value) throws SQLException {
        throw unsupported("getBigDecimal");
    }

    @Deprecated
    @Override
    public InputStream getUnicodeStream(String column) throws SQLException {
        throw unsupported("getUnicodeStream");
    }

    @Override
    public boolean isFirst() throws SQLException {
        throw unsupported("isFirst");
    }

    @Override
    public boolean isLast() throws SQLException {
        throw unsupported("isLast");
    }

    @Override
    public void beforeFirst() throws SQLException {
        throw unsupported("beforeFirst");
    }

    @Override
    public void afterLast() throws SQLException {
        throw unsupported("afterLast");
    }

    @Override
    public boolean first() throws SQLException {
        throw unsupported("first");
    }

    @Override
    public boolean last() throws SQLException {
        throw unsupported("last");
    }

    @Override
    public boolean absolute(int column) throws SQLException {
        throw unsupported("absolute");
    }

    @Override
    public boolean relative(int column) throws SQLException {
        throw unsupported("relative");
    }

    @Override
    public boolean previous() throws SQLException {
        throw unsupported("previous");
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        throw unsupported("rowUpdated");
    }

    @Override
    public boolean rowInserted() throws SQLException {
        throw unsupported("rowInserted");
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        throw unsupported("rowDeleted");
    }

    @Override
    public void updateNull(int column) throws SQLException {
        throw unsupported("updateNull");
    }

    @Override
    public void updateBoolean(int column, boolean value) throws SQLException {
        throw unsupported("updateBoolean");
    }

    @Override
    public void updateByte(int column, byte value) throws SQLException {
        throw unsupported("updateByte");
    }

    @Override
    public void updateShort(int column, short value) throws SQLException {
        throw unsupported("updateShort");
    }

    @Override
    public void updateInt(int column, int value) throws SQLException {
        throw unsupported("updateInt");
    }

    @Override
    public void updateLong(int column, long value) throws SQLException {
        throw unsupported("updateLong");
    }

    @Override
    public void updateFloat(int column, float value) throws SQLException {
        throw unsupported("updateFloat");
    }

    @Override
    public void updateDouble(int column, double value) throws SQLException {
        throw unsupported("updateDouble");
    }

    @Override
    public void updateBigDecimal(int column, BigDecimal value) throws SQLException {
        throw unsupported("updateBigDecimal");
    }

    @Override
    public void updateString(int column, String value) throws SQLException {
        throw unsupported("updateString");
    }

    @Override
    public void updateBytes(int column, byte[] value) throws SQLException {
        throw unsupported("updateBytes");
    }

    @Override
    public void updateDate(int column, Date value) throws SQLException {
        throw unsupported("updateDate");
    }

    @Override
    public void updateTime(int column, Time value) throws SQLException {
        throw unsupported("updateTime");
    }

    @Override
    public void updateTimestamp(int column, Timestamp value) throws SQLException {
        throw unsupported("updateTimestamp");
    }

    @Override
    public void updateAsciiStream(int column, InputStream value, int more) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int column, InputStream value, int more) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int column, Reader value, int more) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateObject(int column, Object value, int more) throws SQLException {
        throw unsupported("updateObject");
    }

    @Override
    public void updateObject(int column, Object value) throws SQLException {
        throw unsupported("updateObject");
    }

    @Override
    public void updateNull(String column) throws SQLException {
        throw unsupported("updateNull");
    }

    @Override
    public void updateBoolean(String column, boolean value) throws SQLException {
        throw unsupported("updateBoolean");
    }

    @Override
    public void updateByte(String column, byte value) throws SQLException {
        throw unsupported("updateByte");
    }

    @Override
    public void updateShort(String column, short value) throws SQLException {
        throw unsupported("updateShort");
    }

    @Override
    public void updateInt(String column, int value) throws SQLException {
        throw unsupported("updateInt");
    }

    @Override
    public void updateLong(String column, long value) throws SQLException {
        throw unsupported("updateLong");
    }

    @Override
    public void updateFloat(String column, float value) throws SQLException {
        throw unsupported("updateFloat");
    }

    @Override
    public void updateDouble(String column, double value) throws SQLException {
        throw unsupported("updateDouble");
    }

    @Override
    public void updateBigDecimal(String column, BigDecimal value) throws SQLException {
        throw unsupported("updateBigDecimal");
    }

    @Override
    public void updateString(String column, String value) throws SQLException {
        throw unsupported("updateString");
    }

    @Override
    public void updateBytes(String column, byte[] value) throws SQLException {
        throw unsupported("updateBytes");
    }

    @Override
    public void updateDate(String column, Date value) throws SQLException {
        throw unsupported("updateDate");
    }

    @Override
    public void updateTime(String column, Time value) throws SQLException {
        throw unsupported("updateTime");
    }

    @Override
    public void updateTimestamp(String column, Timestamp value) throws SQLException {
        throw unsupported("updateTimestamp");
    }

    @Override
    public void updateAsciiStream(String column, InputStream value, int more) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String column, InputStream value, int more) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String column, Reader value, int more) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateObject(String column, Object value, int more) throws SQLException {
        throw unsupported("updateObject");
    }

    @Override
    public void updateObject(String column, Object value) throws SQLException {
        throw unsupported("updateObject");
    }

    @Override
    public void insertRow() throws SQLException {
        throw unsupported("insertRow");
    }

    @Override
    public void updateRow() throws SQLException {
        throw unsupported("updateRow");
    }

    @Override
    public void deleteRow() throws SQLException {
        throw unsupported("deleteRow");
    }

    @Override
    public void refreshRow() throws SQLException {
        throw unsupported("refreshRow");
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        throw unsupported("cancelRowUpdates");
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        throw unsupported("moveToInsertRow");
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        throw unsupported("moveToCurrentRow");
    }

    @Override
    public Object getObject(int column, Map<String, Class<?>> value) throws SQLException {
        throw unsupported("getObject");
    }

    @Override
    public Ref getRef(int column) throws SQLException {
        throw unsupported("getRef");
    }

    @Override
    public Object getObject(String column, Map<String, Class<?>> value) throws SQLException {
        throw unsupported("getObject");
    }

    @Override
    public Ref getRef(String column) throws SQLException {
        throw unsupported("getRef");
    }

    @Override
    public void updateRef(int column, Ref value) throws SQLException {
        throw unsupported("updateRef");
    }

    @Override
    public void updateRef(String column, Ref value) throws SQLException {
        throw unsupported("updateRef");
    }

    @Override
    public void updateBlob(int column, Blob value) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateBlob(String column, Blob value) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateClob(int column, Clob value) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateClob(String column, Clob value) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateArray(int column, Array value) throws SQLException {
        throw unsupported("updateArray");
    }

    @Override
    public void updateArray(String column, Array value) throws SQLException {
        throw unsupported("updateArray");
    }

    @Override
    public RowId getRowId(int column) throws SQLException {
        throw unsupported("getRowId");
    }

    @Override
    public RowId getRowId(String column) throws SQLException {
        throw unsupported("getRowId");
    }

    @Override
    public void updateRowId(int column, RowId value) throws SQLException {
        throw unsupported("updateRowId");
    }

    @Override
    public void updateRowId(String column, RowId value) throws SQLException {
        throw unsupported("updateRowId");
    }

    @Override
    public void updateNString(int column, String value) throws SQLException {
        throw unsupported("updateNString");
    }

    @Override
    public void updateNString(String column, String value) throws SQLException {
        throw unsupported("updateNString");
    }

    @Override
    public void updateNClob(int column, NClob value) throws SQLException {
        throw unsupported("updateNClob");
    }

    @Override
    public void updateNClob(String column, NClob value) throws SQLException {
        throw unsupported("updateNClob");
    }

    @Override
    public NClob getNClob(int column) throws SQLException {
        throw unsupported("getNClob");
    }

    @Override
    public NClob getNClob(String column) throws SQLException {
        throw unsupported("getNClob");
    }

    @Override
    public SQLXML getSQLXML(int column) throws SQLException {
        throw unsupported("getSQLXML");
    }

    @Override
    public SQLXML getSQLXML(String column) throws SQLException {
        throw unsupported("getSQLXML");
    }

    @Override
    public void updateSQLXML(int column, SQLXML value) throws SQLException {
        throw unsupported("updateSQLXML");
    }

    @Override
    public void updateSQLXML(String column, SQLXML value) throws SQLException {
        throw unsupported("updateSQLXML");
    }

    @Override
    public void updateNCharacterStream(int column, Reader value, long more) throws SQLException {
        throw unsupported("updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(String column, Reader value, long more) throws SQLException {
        throw unsupported("updateNCharacterStream");
    }

    @Override
    public void updateAsciiStream(int column, InputStream value, long more) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int column, InputStream value, long more) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int column, Reader value, long more) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateAsciiStream(String column, InputStream value, long more) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String column, InputStream value, long more) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String column, Reader value, long more) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateBlob(int column, InputStream value, long more) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateBlob(String column, InputStream value, long more) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateClob(int column, Reader value, long more) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateClob(String column, Reader value, long more) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateNClob(int column, Reader value, long more) throws SQLException {
        throw unsupported("updateNClob");
    }

    @Override
    public void updateNClob(String column, Reader value, long more) throws SQLException {
        throw unsupported("updateNClob");
    }

    @Override
    public void updateNCharacterStream(int column, Reader value) throws SQLException {
        throw unsupported("updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(String column, Reader value) throws SQLException {
        throw unsupported("updateNCharacterStream");
    }

    @Override
    public void updateAsciiStream(int column, InputStream value) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int column, InputStream value) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int column, Reader value) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateAsciiStream(String column, InputStream value) throws SQLException {
        throw unsupported("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String column, InputStream value) throws SQLException {
        throw unsupported("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String column, Reader value) throws SQLException {
        throw unsupported("updateCharacterStream");
    }

    @Override
    public void updateBlob(int column, InputStream value) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateBlob(String column, InputStream value) throws SQLException {
        throw unsupported("updateBlob");
    }

    @Override
    public void updateClob(int column, Reader value) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateClob(String column, Reader value) throws SQLException {
        throw unsupported("updateClob");
    }

    @Override
    public void updateNClob(int column, Reader value) throws SQLException {
        throw unsupported("updateNClob");
    }

    @Override
    public void updateNClob(String column, Reader value) throws SQLException {
        throw unsupported("updateNClob");
    }
}
