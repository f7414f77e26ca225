package org.datlake.ducklake;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * A transaction that stands.
 *
 * @param operationId its name, stored with the snapshot
 * @param snapshotId the snapshot that it made; empty if it changed nothing
 * @param repeated whether an earlier call with the same idempotency key had committed it, so that the body did not run
 */
public record Committed(OperationId operationId, OptionalLong snapshotId, boolean repeated) {

    /** Checks that nothing is missing. */
    public Committed {
        Objects.requireNonNull(operationId, "operationId");
        Objects.requireNonNull(snapshotId, "snapshotId");
    }
}
