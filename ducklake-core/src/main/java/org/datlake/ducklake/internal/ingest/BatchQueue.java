package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.jspecify.annotations.Nullable;

/** A writer's end of a group committer: checks rows on their caller's thread, and hands them on. Thread-safe. */
final class BatchQueue {

    private static final Duration FOR_EVER = Duration.ofDays(36500);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final GroupCommitter committer;
    private final Supplier<Observed> observe;
    private final Consumer<BatchQueue> onClose;
    private volatile boolean closed;

    /**
     * Makes one.
     *
     * @param observe tells observers that a batch begins
     * @param onClose is told when this is closed
     */
    BatchQueue(GroupCommitter committer, Supplier<Observed> observe, Consumer<BatchQueue> onClose) {
        this.committer = committer;
        this.observe = observe;
        this.onClose = onClose;
    }

    /**
     * Writes a batch.
     *
     * @param parts makes it, and throws where a row does not fit
     * @param idempotencyKey null for none
     */
    CompletableFuture<Committed> write(Supplier<List<StagedPart>> parts, @Nullable String idempotencyKey) {
        if (closed) {
            throw EngineFault.closed("the writer is closed").toException(null);
        }
        OperationId operation = idempotencyKey == null ? OperationId.random() : OperationId.ofKey(idempotencyKey);
        Observed observed = observe.get();
        observed.commits(operation);
        Batch batch;
        try {
            batch = Batch.of(parts.get(), operation, idempotencyKey != null, observed);
        } catch (DuckLakeException e) {
            observed.end(e);
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException e) {
            observed.end(e);
            throw e;
        }
        hand(batch);
        return batch.done();
    }

    private void hand(Batch batch) {
        if (batch.rowCount() == 0) {
            batch.complete(new Committed(batch.operation(), OptionalLong.empty(), false));
            return;
        }
        try {
            committer.add(batch);
        } catch (RuntimeException e) {
            batch.observed().end(e);
            throw e;
        }
    }

    void flush() {
        committer.awaitEmpty(Deadline.after(FOR_EVER));
    }

    void close() {
        close(DEFAULT_GRACE);
    }

    void close(Duration grace) {
        closed = true;
        committer.close();
        committer.awaitEmpty(Deadline.after(grace));
        onClose.accept(this);
    }
}
