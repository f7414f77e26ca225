package org.datlake.ducklake;

import java.util.List;
import java.util.OptionalLong;

/**
 * A table of the lake.
 *
 * @param schema the schema's name
 * @param name the table's name
 * @param columns in their order
 * @param fileCount how many data files it has
 * @param fileBytes their size in all
 * @param deleteFileCount how many delete files it has
 * @param deleteFileBytes their size in all
 * @param inlinedRows how many rows lie in the catalog, unencrypted, until they are flushed to a file
 * @param partitionedBy what its files are divided by: names of columns, in SQL's quotes where they need them, or
 *     transforms of them such as {@code year(ts)}
 * @param sortedBy what rows are sorted by in files: expressions with direction and place of NULL
 * @param rows how many it has; empty where several tables are listed, as each takes a visit to the catalog
 */
public record TableInfo(
        String schema,
        String name,
        List<Column> columns,
        long fileCount,
        long fileBytes,
        long deleteFileCount,
        long deleteFileBytes,
        long inlinedRows,
        List<String> partitionedBy,
        List<String> sortedBy,
        OptionalLong rows) {

    /** Returns the same table with its number of rows. */
    public TableInfo withRows(long count) {
        return new TableInfo(
                schema,
                name,
                columns,
                fileCount,
                fileBytes,
                deleteFileCount,
                deleteFileBytes,
                inlinedRows,
                partitionedBy,
                sortedBy,
                OptionalLong.of(count));
    }

    /**
     * A column.
     *
     * @param name its name
     * @param type DuckDB's name of its type
     * @param nullable whether it may hold NULL
     */
    public record Column(String name, String type, boolean nullable) {}
}
