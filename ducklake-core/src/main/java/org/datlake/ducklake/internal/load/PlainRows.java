package org.datlake.ducklake.internal.load;

import java.util.Iterator;
import java.util.List;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.jspecify.annotations.Nullable;

/** Rows without names, whose values are in the order of the table's columns. */
final class PlainRows implements RowSource {

    private final Iterator<? extends @Nullable Object[]> rows;

    PlainRows(Iterator<? extends @Nullable Object[]> rows) {
        this.rows = rows;
    }

    @Override
    public List<Column> columns() {
        throw EngineFault.wrongUse("42P01", "rows do not tell names and types: create the table first, or load records")
                .toException(null);
    }

    @Override
    public List<Column> match(LoadTarget target, @Nullable List<String> positions) {
        return positions == null || positions.isEmpty() ? target.columns() : target.match(positions, null);
    }

    @Override
    public @Nullable Object @Nullable [] next(long number) {
        return rows.hasNext() ? rows.next() : null;
    }
}
