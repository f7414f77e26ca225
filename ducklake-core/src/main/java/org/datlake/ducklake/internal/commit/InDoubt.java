package org.datlake.ducklake.internal.commit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.OperationId;

/** The writes whose COMMIT the engine is busy with, whether or not anybody still waits for it. Thread-safe. */
public final class InDoubt {

    private final Set<OperationId> committing = ConcurrentHashMap.newKeySet();

    void began(List<OperationId> operations) {
        committing.addAll(operations);
    }

    void ended(List<OperationId> operations) {
        operations.forEach(committing::remove);
    }

    boolean contains(OperationId operation) {
        return committing.contains(operation);
    }
}
