package org.datlake.ducklake.internal.result;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small result that lies in memory. */
public final class MemoryBlocks implements RowBlocks {

    private final List<ColumnType> columns;
    private final Deque<Block> blocks = new ArrayDeque<>();

    private MemoryBlocks(List<ColumnType> columns) {
        this.columns = columns;
    }

    /** Reads a cursor to its end and closes it. */
    public static MemoryBlocks of(ResultCursor cursor) throws SQLException {
        try (cursor) {
            MemoryBlocks rows = new MemoryBlocks(cursor.columns());
            for (Block block = cursor.next(); block != null; block = cursor.next()) {
                rows.blocks.add(block);
            }
            return rows;
        }
    }

    @Override
    public List<ColumnType> columns() {
        return columns;
    }

    @Override
    public @Nullable Block next(Duration timeout) {
        return blocks.poll();
    }

    @Override
    public void close() {
        blocks.clear();
    }
}
