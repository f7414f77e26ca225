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
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.jspecify.annotations.Nullable;

/** A writer's end of a group committer: checks rows on their caller's thread, and hands them on. Thread-safe. */
final class BatchQueue {

    private static final Duration FOR_EVER = Duration.ofDays(36500);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final GroupCommitter committer;
    private final Consumer<BatchQueue> onClose;
    private volatile boolean closed;

    BatchQueue(GroupCommitter committer, Consumer<BatchQueue> onClose) {
        this.committer = committer;
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
        Batch batch;
        try {
            batch = Batch.of(parts.get(), operation, idempotencyKey != null);
        } catch (DuckLakeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (batch.rowCount() == 0) {
            batch.done().complete(new Committed(operation, OptionalLong.empty(), false));
        } else {
            committer.add(batch);
        }
        return batch.done();
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
