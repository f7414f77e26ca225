package org.datlake.ducklake;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * What became of a write.
 *
 * @param status whether it stands
 * @param snapshotId the snapshot that it made; empty unless it was committed
 */
public record CommitOutcome(Status status, OptionalLong snapshotId) {

    /** Checks that nothing is missing. */
    public CommitOutcome {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(snapshotId, "snapshotId");
    }

    /** Says whether a write stands. */
    public enum Status {
        /** It stands, once. */
        COMMITTED,
        /** Nothing of it stands, nor ever will: it may be run again. */
        NOT_COMMITTED,
        /** It cannot be said yet: its COMMIT may still be on its way, or the catalog does not answer. Ask again. */
        UNKNOWN
    }
}
