package org.datlake.ducklake.internal.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A file that the catalog names.
 *
 * @param row its place among all named files
 * @param id its id in the catalog
 * @param deletes whether it is a delete file
 * @param table {@code schema.table}
 * @param path in full
 * @param bytes its size by the catalog, or null where it does not say
 * @param rows the number of its rows by the catalog, or null where it does not say
 * @param ended the first snapshot that does not read it any more, or null
 * @param plain whether it has no key
 */
record NamedFile(
        long row,
        long id,
        boolean deletes,
        String table,
        String path,
        @Nullable Long bytes,
        @Nullable Long rows,
        @Nullable Long ended,
        boolean plain) {

    /** Reads a row of {@link CheckSql#page}. */
    static NamedFile of(ResultSet row) throws SQLException {
        return new NamedFile(
                row.getLong("row"),
                row.getLong("id"),
                row.getBoolean("deletes"),
                row.getString("name"),
                row.getString("path"),
                number(row, "bytes"),
                number(row, "rows"),
                number(row, "ended"),
                row.getBoolean("plain"));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    /** Says in a message what it is. */
    String what() {
        return deletes ? "delete file" : "data file";
    }

    /** Says in a message who reads it. */
    String readers() {
        return ended == null ? "the table cannot be read in full" : "only snapshots before " + ended + " read it";
    }
}
