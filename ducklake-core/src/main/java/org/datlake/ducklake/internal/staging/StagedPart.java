package org.datlake.ducklake.internal.staging;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table.
 *
 * @param shape the table they go to
 * @param rows as they are staged
 */
public record StagedPart(TableShape shape, StagedRows rows) {

    /** Checks rows and turns them into what is staged. */
    public static StagedPart of(TableShape shape, Collection<? extends @Nullable Object[]> rows) {
        StagedPart part = new StagedPart(shape, new StagedRows(shape.columns(), rows.size()));
        for (@Nullable Object[] row : rows) {
            part.add(row);
        }
        return part;
    }

    /** Checks records, all of one class, and turns them into what is staged. */
    public static StagedPart ofRecords(TableShape shape, Collection<? extends Record> records) {
        StagedPart part = new StagedPart(shape, new StagedRows(shape.columns(), records.size()));
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
