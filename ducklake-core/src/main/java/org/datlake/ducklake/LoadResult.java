package org.datlake.ducklake;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * A load that stands.
 *
 * @param committed its transaction
 * @param rows how many rows were loaded; empty if an earlier load with the same idempotency key or offset had committed
 *     them
 */
public record LoadResult(Committed committed, OptionalLong rows) {

    /** Checks that nothing is missing. */
    public LoadResult {
        Objects.requireNonNull(committed, "committed");
        Objects.requireNonNull(rows, "rows");
    }
}
