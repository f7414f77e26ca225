package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.datlake.ducklake.internal.staging.TableShape;
import org.jspecify.annotations.Nullable;

/** Writes into one table. */
final class DefaultRowWriter implements RowWriter {

    private final TableShape shape;
    private final BatchQueue queue;

    DefaultRowWriter(TableShape shape, BatchQueue queue) {
        this.shape = shape;
        this.queue = queue;
    }

    @Override
    public CompletableFuture<Committed> write(@Nullable Object... values) {
        return writeAll(List.<@Nullable Object[]>of(values));
    }

    @Override
    public CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows) {
        return queue.write(() -> List.of(StagedPart.of(shape, rows)), null);
    }

    @Override
    public CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows, String idempotencyKey) {
        return queue.write(() -> List.of(StagedPart.of(shape, rows)), idempotencyKey);
    }

    @Override
    public CompletableFuture<Committed> writeRecords(Collection<? extends Record> records) {
        return queue.write(() -> List.of(StagedPart.ofRecords(shape, records)), null);
    }

    @Override
    public List<String> columns() {
        return shape.columns().stream().map(TableShape.Column::name).toList();
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
}
