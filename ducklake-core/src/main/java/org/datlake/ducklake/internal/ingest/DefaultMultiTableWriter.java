package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.MultiTableWriter;
import org.datlake.ducklake.TableRows;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.datlake.ducklake.internal.staging.TableShape;
import org.jspecify.annotations.Nullable;

/** Writes into several tables. */
final class DefaultMultiTableWriter implements MultiTableWriter {

    private final Function<Target, TableShape> look;
    private final BatchQueue queue;
    private final Map<Target, TableShape> shapes = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param look finds the columns of a table
     */
    DefaultMultiTableWriter(Function<Target, TableShape> look, BatchQueue queue) {
        this.look = look;
        this.queue = queue;
    }

    @Override
    public CompletableFuture<Committed> write(Collection<TableRows> batch) {
        return queue.write(() -> parts(batch), null);
    }

    @Override
    public CompletableFuture<Committed> write(Collection<TableRows> batch, String idempotencyKey) {
        return queue.write(() -> parts(batch), idempotencyKey);
    }

    private List<StagedPart> parts(Collection<TableRows> batch) {
        List<StagedPart> parts = new ArrayList<>(batch.size());
        for (TableRows each : batch) {
            Target target = new Target(each.schema(), each.table(), each.columns());
            @Nullable TableShape known = shapes.get(target);
            // Not under the map's lock: looking asks the catalog.
            TableShape shape = known == null ? look.apply(target) : known;
            if (known == null) {
                shapes.put(target, shape);
            }
            parts.add(StagedPart.of(shape, each.rows()));
        }
        return parts;
    }

    @Override
    public void flush() {
        queue.flush();
    }

    @Override
    public void close() {
        queue.close();
    }

    @Override
    public void close(Duration grace) {
        queue.close(grace);
    }

    /** Where rows go. */
    record Target(String schema, String table, List<String> columns) {}
}
