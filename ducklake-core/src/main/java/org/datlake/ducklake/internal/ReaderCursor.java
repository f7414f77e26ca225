package org.datlake.ducklake.internal;

import java.util.List;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowBatch;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.internal.engine.Deadline;
import org.jspecify.annotations.Nullable;

/** A result that ends at a deadline and after a number of rows. */
final class ReaderCursor implements RowCursor {

    private final ResultReader<Row> reader;
    private final Deadline deadline;
    private final long snapshot;
    private final List<Column> columns;
    private long left;

    ReaderCursor(ResultReader<Row> reader, Deadline deadline, long snapshot, long limit) {
        this.reader = reader;
        this.deadline = deadline;
        this.snapshot = snapshot;
        this.left = limit;
        this.columns = reader.columns().stream()
                .map(column -> new Column(column.name(), column.sqlType()))
                .toList();
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public long snapshotId() {
        return snapshot;
    }

    @Override
    public boolean next() {
        if (left == 0) {
            reader.close();
            return false;
        }
        left--;
        return reader.advance(deadline.remaining());
    }

    @Override
    public @Nullable RowBatch nextBatch() {
        RowBatch rows = left == 0 ? null : reader.advance(left, deadline.remaining());
        left -= rows == null ? 0 : rows.size();
        if (left == 0) {
            // What was fetched stays; what may still come is not wanted.
            reader.close();
        }
        return rows;
    }

    @Override
    public Row row() {
        return reader.current();
    }

    @Override
    public void close() {
        reader.close();
    }
}
