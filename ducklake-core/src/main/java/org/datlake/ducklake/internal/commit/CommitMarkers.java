package org.datlake.ducklake.internal.commit;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** Looks for the names of writes in the catalog, by another way than the write took. */
public interface CommitMarkers {

    /**
     * Finds the snapshots that writes made.
     *
     * @param timeout how long it may take
     * @return the snapshot of each write that stands
     * @throws EngineFailure if the catalog does not answer
     */
    Map<OperationId, Long> find(Collection<OperationId> operations, Duration timeout) throws EngineFailure;

    /**
     * Finds the snapshot whose first or only name this is, which is quicker.
     *
     * @param timeout how long it may take
     * @return the snapshot; empty if there is none
     * @throws EngineFailure if the catalog does not answer
     */
    OptionalLong findByFirst(OperationId operation, Duration timeout) throws EngineFailure;

    /**
     * Makes sure that nobody else commits these writes any more, if they were left to others.
     *
     * @throws EngineFailure if the catalog does not answer
     */
    void takeBack(Collection<OperationId> operations) throws EngineFailure;

    /**
     * Waits until no COMMIT that was sent to the catalog before can still come true. What is not found after that will
     * never be there.
     *
     * @param timeout how long it may take
     * @return whether that is so; false if one is still open at the end
     * @throws EngineFailure if the catalog does not answer
     */
    boolean awaitEarlierCommits(Duration timeout) throws EngineFailure;

    /**
     * Says whether the catalog lets nobody write now.
     *
     * @throws EngineFailure if it does not answer
     */
    boolean isReadOnly() throws EngineFailure;
}
