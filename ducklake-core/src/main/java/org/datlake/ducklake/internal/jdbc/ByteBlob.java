package org.datlake.ducklake.internal.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Arrays;

/** A BLOB that lies in memory and is not written. */
final class ByteBlob implements Blob {

    private final byte[] bytes;

    ByteBlob(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public byte[] getBytes(long position, int length) throws SQLException {
        if (position < 1 || length < 0 || position > bytes.length + 1L) {
            throw new SQLException("there are no bytes from " + position + " on in a BLOB of " + bytes.length, "22003");
        }
        int from = (int) position - 1;
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
    }

    @Override
    public InputStream getBinaryStream() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public InputStream getBinaryStream(long position, long length) throws SQLException {
        return new ByteArrayInputStream(getBytes(position, Math.toIntExact(length)));
    }

    @Override
    public long position(byte[] pattern, long start) {
        for (int i = (int) Math.max(0, start - 1); i <= bytes.length - pattern.length; i++) {
            if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i + 1L;
            }
        }
        return -1;
    }

    @Override
    public long position(Blob pattern, long start) throws SQLException {
        return position(pattern.getBytes(1, Math.toIntExact(pattern.length())), start);
    }

    @Override
    public int setBytes(long position, byte[] value) throws SQLException {
        throw ReadOnlyResultSet.unsupported("setBytes");
    }

    @Override
    public int setBytes(long position, byte[] value, int offset, int length) throws SQLException {
        throw ReadOnlyResultSet.unsupported("setBytes");
    }

    @Override
    public OutputStream setBinaryStream(long position) throws SQLException {
        throw ReadOnlyResultSet.unsupported("setBinaryStream");
    }

    @Override
    public void truncate(long length) throws SQLException {
        throw ReadOnlyResultSet.unsupported("truncate");
    }

    @Override
    public void free() {
        // Nothing but memory is held.
    }
}
