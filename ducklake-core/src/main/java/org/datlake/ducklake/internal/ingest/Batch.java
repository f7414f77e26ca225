package org.datlake.ducklake.internal.ingest;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.OperationId;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * What one caller writes.
 *
 * @param parts the rows, by table, at least one
 * @param rowCount how many rows that are
 * @param operation the name they are committed under
 * @param keyed whether the name stands for an idempotency key, so that it may have been used before
 * @param done completes when they are committed
 */
record Batch(List<Part> parts, long rowCount, OperationId operation, boolean keyed, CompletableFuture<Committed> done) {

    static Batch of(List<Part> parts, OperationId operation, boolean keyed) {
        long rows = parts.stream().mapToLong(Part::rowCount).sum();
        return new Batch(parts, rows, operation, keyed, new CompletableFuture<>());
    }

    /**
     * Rows of one table.
     *
     * @param shape the table they go to
     * @param columns their values, as they are staged
     * @param rowCount how many rows there are
     */
    record Part(TableShape shape, List<StagedColumn> columns, int rowCount) {

        /** Checks rows and turns them into what is staged. */
        static Part of(TableShape shape, Collection<? extends @Nullable Object[]> rows) {
            Part part = empty(shape, rows.size());
            int number = 0;
            for (@Nullable Object[] row : rows) {
                part.add(row, ++number);
            }
            return part;
        }

        /** Checks records, all of one class, and turns them into what is staged. */
        static Part ofRecords(TableShape shape, Collection<? extends Record> records) {
            Part part = empty(shape, records.size());
            RecordRows reader = null;
            int number = 0;
            for (Record each : records) {
                if (reader == null) {
                    reader = RecordRows.of(each.getClass(), shape);
                }
                part.add(reader.row(each), ++number);
            }
            return part;
        }

        private static Part empty(TableShape shape, int rows) {
            List<StagedColumn> columns = shape.columns().stream()
                    .map(column -> new StagedColumn(column.stage(), rows))
                    .toList();
            return new Part(shape, columns, rows);
        }

        private void add(@Nullable Object[] row, int number) {
            shape.checkWidth(row.length, number);
            for (int i = 0; i < columns.size(); i++) {
                shape.add(row[i], i, columns.get(i), number);
            }
        }

        /** Appends all rows. */
        void appendTo(DuckDBAppender appender) throws SQLException {
            StagedColumn[] each = columns.toArray(StagedColumn[]::new);
            for (int row = 0; row < rowCount; row++) {
                appender.beginRow();
                for (StagedColumn column : each) {
                    column.append(appender, row);
                }
                appender.endRow();
            }
        }
    }
}
