package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.MultiTableWriter;
import org.datlake.ducklake.TableRows;
import org.jspecify.annotations.Nullable;

/** Writes into several tables. */
final class DefaultMultiTableWriter implements MultiTableWriter {

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final Function<Target, TableShape> look;
    private final BatchQueue queue;
    private final Consumer<MultiTableWriter> onClose;
    private final Map<Target, TableShape> shapes = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param look finds the columns of a table
     */
    DefaultMultiTableWriter(Function<Target, TableShape> look, BatchQueue queue, Consumer<MultiTableWriter> onClose) {
        this.look = look;
        this.queue = queue;
        this.onClose = onClose;
    }

    @Override
    public CompletableFuture<Committed> write(Collection<TableRows> batch) {
        return queue.write(() -> parts(batch), null);
    }

    @Override
    public CompletableFuture<Committed> write(Collection<TableRows> batch, String idempotencyKey) {
        return queue.write(() -> parts(batch), idempotencyKey);
    }

    private List<Batch.Part> parts(Collection<TableRows> batch) {
        List<Batch.Part> parts = new ArrayList<>(batch.size());
        for (TableRows each : batch) {
            Target target = new Target(each.schema(), each.table(), each.columns());
            @Nullable TableShape known = shapes.get(target);
            // Not under the map's lock: looking asks the catalog.
            TableShape shape = known == null ? look.apply(target) : known;
            shapes.put(target, shape);
            parts.add(Batch.Part.of(shape, each.rows()));
        }
        return parts;
    }

    @Override
    public void flush() {
        queue.flush();
    }

    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    @Override
    public void close(Duration grace) {
        queue.close(grace);
        onClose.accept(this);
    }

    /** Where rows go. */
    record Target(String schema, String table, List<String> columns) {}
}
