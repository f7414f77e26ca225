package org.datlake.ducklake.internal.result;

import org.datlake.ducklake.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a block that follow each other.
 *
 * @param block the block
 * @param from the first of them
 * @param size how many
 */
public record BlockRows(Block block, int from, int size) implements RowBatch {

    @Override
    public boolean isNull(int column, int row) {
        return column(column).isNull(from + row);
    }

    private Column column(int index) {
        return block.columns().get(index);
    }

    @Override
    public long getLong(int column, int row) {
        Column values = column(column);
        return values instanceof Column.Longs longs
                ? longs.value(from + row)
                : number(values, row).longValue();
    }

    @Override
    public double getDouble(int column, int row) {
        Column values = column(column);
        return values instanceof Column.Doubles doubles
                ? doubles.value(from + row)
                : number(values, row).doubleValue();
    }

    private Number number(Column values, int row) {
        return values.object(from + row) instanceof Number number ? number : 0;
    }

    @Override
    public @Nullable Object get(int column, int row) {
        return column(column).object(from + row);
    }
}
