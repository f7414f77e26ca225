package org.datlake.ducklake.internal.result;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A column of a result.
 *
 * @param name its name, as the result gives it
 * @param sqlType DuckDB's name of its type
 */
public record ColumnType(String name, String sqlType) {

    /** Returns the columns of a result. */
    public static List<ColumnType> of(ResultSetMetaData meta) throws SQLException {
        List<ColumnType> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(new ColumnType(meta.getColumnLabel(i), meta.getColumnTypeName(i)));
        }
        return columns;
    }
}
