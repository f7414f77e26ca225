package org.datlake.ducklake;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table, as a part of what a {@link MultiTableWriter} writes. The lists are kept as they are, not copied.
 *
 * @param schema the table's schema
 * @param table the table
 * @param columns the columns that the rows have, in their order; empty for all columns of the table
 * @param rows each with a value for every column, null for NULL
 */
public record TableRows(String schema, String table, List<String> columns, List<? extends @Nullable Object[]> rows) {

    /** Checks that nothing is missing. */
    public TableRows {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(columns, "columns");
        Objects.requireNonNull(rows, "rows");
    }

    /** Returns rows with all columns of a table of the schema {@code main}. */
    public static TableRows of(String table, List<? extends @Nullable Object[]> rows) {
        return new TableRows("main", table, List.of(), rows);
    }

    /** Returns the same rows, which have only these columns. */
    public TableRows withColumns(String... names) {
        return new TableRows(schema, table, List.of(names), rows);
    }
}
