package org.datlake.ducklake.internal.staging;

import java.util.Arrays;
import java.util.List;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBWritableVector;

/** Rows of one table, part after part, of which any stretch can be written to the engine's vectors. Immutable. */
final class HandedRows {

    private final List<TableShape.Column> columns;
    private final StagedRows[] parts;

    /** Where each part begins, and behind the last one, where it ends. */
    private final int[] starts;

    HandedRows(List<TableShape.Column> columns, List<StagedRows> parts) {
        this.columns = columns;
        this.parts = parts.toArray(StagedRows[]::new);
        this.starts = new int[this.parts.length + 1];
        for (int i = 0; i < this.parts.length; i++) {
            starts[i + 1] = Math.addExact(starts[i], this.parts[i].size());
        }
    }

    List<TableShape.Column> columns() {
        return columns;
    }

    int size() {
        return starts[parts.length];
    }

    /**
     * Writes so many rows.
     *
     * @return how many that were
     */
    int write(DuckDBDataChunkWriter chunk, int from, int count) {
        int first = partOf(from);
        for (int column = 0; column < columns.size(); column++) {
            DuckDBWritableVector vector = chunk.vector(column);
            VectorMemory memory = VectorMemory.of(vector);
            int written = 0;
            for (int part = first; written < count; part++) {
                int within = from + written - starts[part];
                int some = Math.min(count - written, parts[part].size() - within);
                parts[part].write(column, within, some, vector, memory, written);
                written += some;
            }
        }
        return count;
    }

    private int partOf(int row) {
        int found = Arrays.binarySearch(starts, row);
        int part = found >= 0 ? found : -found - 2;
        // An empty part begins where the next one does.
        while (parts[part].size() == 0) {
            part++;
        }
        return part;
    }
}
