package org.datlake.ducklake.internal.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.result.Conversions;
import org.jspecify.annotations.Nullable;

/** The value of a LIST or ARRAY column. */
final class ListArray implements Array {

    private final List<?> elements;
    private final String elementType;

    ListArray(List<?> elements, String sqlType) {
        this.elements = elements;
        this.elementType = sqlType.replaceFirst("\\[\\d*]$", "");
    }

    @Override
    public String getBaseTypeName() {
        return elementType;
    }

    @Override
    public int getBaseType() {
        return Types.OTHER;
    }

    @Override
    public Object getArray() throws SQLException {
        @Nullable Object[] array = new Object[elements.size()];
        for (int i = 0; i < array.length; i++) {
            Object element = elements.get(i);
            array[i] = element == null ? null : JdbcValues.object(element, elementType);
        }
        return array;
    }

    @Override
    public Object getArray(long index, int count) throws SQLException {
        if (index < 1 || count < 0 || index - 1 + count > elements.size()) {
            throw new SQLException("the array has " + elements.size() + " elements", "22003");
        }
        int from = (int) index - 1;
        return new ListArray(elements.subList(from, from + count), elementType + "[]").getArray();
    }

    @Override
    public Object getArray(Map<String, Class<?>> map) throws SQLException {
        return getArray();
    }

    @Override
    public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return getArray(index, count);
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        throw ReadOnlyResultSet.unsupported("getResultSet");
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        return getResultSet();
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        return getResultSet();
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return getResultSet();
    }

    @Override
    public void free() {
        // Nothing but memory is held.
    }

    @Override
    public String toString() {
        return Conversions.text(elements);
    }
}
