package org.datlake.ducklake.internal.result;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
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

    @Override
    public boolean hasNulls(int column) {
        return column(column).hasNulls();
    }

    @Override
    public void getLongs(int column, int first, int end, long[] target) {
        if (column(column) instanceof Column.Longs longs) {
            longs.copy(from + first, from + end, target);
            return;
        }
        for (int row = first; row < end; row++) {
            target[row - first] = getLong(column, row);
        }
    }

    @Override
    public void getDoubles(int column, int first, int end, double[] target) {
        if (column(column) instanceof Column.Doubles doubles) {
            doubles.copy(from + first, from + end, target);
            return;
        }
        for (int row = first; row < end; row++) {
            target[row - first] = getDouble(column, row);
        }
    }

    @Override
    public boolean isUtf8(int column) {
        return column(column) instanceof TextColumn;
    }

    @Override
    public long utf8Length(int column, int first, int end) {
        return texts(column).length(from + first, from + end);
    }

    @Override
    public void getUtf8(int column, int first, int end, ByteBuffer texts, IntBuffer ends) {
        texts(column).copy(from + first, from + end, texts, ends);
    }

    private TextColumn texts(int column) {
        if (column(column) instanceof TextColumn texts) {
            return texts;
        }
        throw new IllegalArgumentException("the values of column " + column + " do not lie in memory in UTF-8");
    }
}
