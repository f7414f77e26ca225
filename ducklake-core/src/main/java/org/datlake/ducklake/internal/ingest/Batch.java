package org.datlake.ducklake.internal.ingest;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.staging.RecordRows;
import org.datlake.ducklake.internal.staging.StagedRows;
import org.datlake.ducklake.internal.staging.TableShape;
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
        long rows = parts.stream().mapToLong(part -> part.rows().size()).sum();
        return new Batch(parts, rows, operation, keyed, new CompletableFuture<>());
    }

    /**
     * Rows of one table.
     *
     * @param shape the table they go to
     * @param rows as they are staged
     */
    record Part(TableShape shape, StagedRows rows) {

        /** Checks rows and turns them into what is staged. */
        static Part of(TableShape shape, Collection<? extends @Nullable Object[]> rows) {
            Part part = new Part(shape, new StagedRows(shape.columns(), rows.size()));
            for (@Nullable Object[] row : rows) {
                part.add(row);
            }
            return part;
        }

        /** Checks records, all of one class, and turns them into what is staged. */
        static Part ofRecords(TableShape shape, Collection<? extends Record> records) {
            Part part = new Part(shape, new StagedRows(shape.columns(), records.size()));
            if (!records.isEmpty()) {
                Class<? extends Record> type = records.iterator().next().getClass();
                RecordRows.of(type, shape).addAll(records, shape, part.rows());
            }
            return part;
        }

        private void add(@Nullable Object[] row) {
            int number = rows.size() + 1;
            shape.checkWidth(row.length, number);
            for (int i = 0; i < row.length; i++) {
                shape.add(row[i], i, rows, number);
            }
            rows.endRow();
        }
    }
}
