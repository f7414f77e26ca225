package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/** Checks rows on their caller's thread, and hands them on to be committed. */
public final class DefaultRowWriter implements RowWriter {

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(36500);

    private final TableShape shape;
    private final GroupCommitter committer;
    private final Consumer<RowWriter> onClose;
    private volatile boolean closed;

    DefaultRowWriter(TableShape shape, GroupCommitter committer, Consumer<RowWriter> onClose) {
        this.shape = shape;
        this.committer = committer;
        this.onClose = onClose;
    }

    @Override
    public CompletableFuture<Committed> write(@Nullable Object... values) {
        return writeAll(List.<@Nullable Object[]>of(values));
    }

    @Override
    public CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows) {
        return write(rows, OperationId.random(), false);
    }

    @Override
    public CompletableFuture<Committed> writeAll(Collection<? extends @Nullable Object[]> rows, String idempotencyKey) {
        return write(rows, OperationId.ofKey(idempotencyKey), true);
    }

    @Override
    public CompletableFuture<Committed> writeRecords(Collection<? extends Record> records) {
        List<@Nullable Object[]> rows = new ArrayList<>(records.size());
        RecordRows reader = null;
        for (Record each : records) {
            if (reader == null) {
                reader = RecordRows.of(each.getClass(), shape);
            }
            rows.add(reader.row(each));
        }
        return writeAll(rows);
    }

    private CompletableFuture<Committed> write(
            Collection<? extends @Nullable Object[]> rows, OperationId operation, boolean keyed) {
        if (closed) {
            throw EngineFault.closed("the row writer is closed").toException(null);
        }
        CompletableFuture<Committed> done = new CompletableFuture<>();
        if (rows.isEmpty()) {
            done.complete(new Committed(operation, OptionalLong.empty(), false));
            return done;
        }
        List<@Nullable Object[]> staged = new ArrayList<>(rows.size());
        try {
            for (@Nullable Object[] row : rows) {
                staged.add(shape.accept(row, staged.size() + 1));
            }
        } catch (DuckLakeException e) {
            done.completeExceptionally(e);
            return done;
        }
        committer.add(new Batch(shape, staged, operation, keyed, done));
        return done;
    }

    @Override
    public List<String> columns() {
        return shape.columns().stream().map(TableShape.Column::name).toList();
    }

    @Override
    public void flush() {
        committer.awaitEmpty(Deadline.after(FOR_EVER));
    }

    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    @Override
    public void close(Duration grace) {
        closed = true;
        committer.close();
        committer.awaitEmpty(Deadline.after(grace));
        onClose.accept(this);
    }
}
