package org.datlake.ducklake.examples.spring;

import org.datlake.ducklake.Committed;

/**
 * The acknowledgement of a write.
 *
 * @param operationId the write's name, stored with its snapshot
 * @param snapshotId the first snapshot that has the rows
 * @param repeated whether an earlier request with the same key had written them
 */
record Written(String operationId, long snapshotId, boolean repeated) {

    /** Returns the acknowledgement of a write that had rows. */
    static Written of(Committed committed) {
        return new Written(
                committed.operationId().toString(), committed.snapshotId().orElseThrow(), committed.repeated());
    }
}
