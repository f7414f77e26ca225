package org.datlake.ducklake.internal.ingest;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.OperationId;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one caller.
 *
 * @param shape the table they go to
 * @param rows as they are staged
 * @param operation the name they are committed under
 * @param keyed whether the name stands for an idempotency key, so that it may have been used before
 * @param done completes when they are committed
 */
record Batch(
        TableShape shape,
        List<@Nullable Object[]> rows,
        OperationId operation,
        boolean keyed,
        CompletableFuture<Committed> done) {}
