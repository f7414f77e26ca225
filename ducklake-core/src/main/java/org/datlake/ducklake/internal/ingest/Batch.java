package org.datlake.ducklake.internal.ingest;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.staging.StagedPart;

/**
 * What one caller writes.
 *
 * @param parts the rows, by table, at least one
 * @param rowCount how many rows that are
 * @param operation the name they are committed under
 * @param keyed whether the name stands for an idempotency key, so that it may have been used before
 * @param observed is told how it ends
 * @param done completes when they are committed
 */
record Batch(
        List<StagedPart> parts,
        long rowCount,
        OperationId operation,
        boolean keyed,
        Observed observed,
        CompletableFuture<Committed> done) {

    static Batch of(List<StagedPart> parts, OperationId operation, boolean keyed, Observed observed) {
        long rows = parts.stream().mapToLong(part -> part.rows().size()).sum();
        return new Batch(parts, rows, operation, keyed, observed, new CompletableFuture<>());
    }

    /** Observers are told before the caller, who may end at once what the batch belongs to. */
    void complete(Committed committed) {
        observed.committed(committed);
        observed.end(null);
        done.complete(committed);
    }
}
