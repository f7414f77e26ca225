package org.datlake.ducklake;

import java.util.List;

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
 */
public record TableInfo(
        String schema,
        String name,
        List<Column> columns,
        long fileCount,
        long fileBytes,
        long deleteFileCount,
        long deleteFileBytes,
        long inlinedRows) {

    /**
     * A column.
     *
     * @param name its name
     * @param type DuckDB's name of its type
     * @param nullable whether it may hold NULL
     */
    public record Column(String name, String type, boolean nullable) {}
}
