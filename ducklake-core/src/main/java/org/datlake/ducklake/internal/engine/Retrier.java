package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;

/**
 * Decides whether something is tried again, and waits before it is. One for each call; conflicts and outages are
 * counted apart. Not thread-safe.
 */
public final class Retrier {

    private final LakeRuntime lake;
    private final DuckLakeEvent.Operation operation;
    private final Deadline deadline;
    private int attempts = 1;
    private int conflicts;
    private int outages;

    /** Makes one for a call with a deadline. */
    public Retrier(LakeRuntime lake, DuckLakeEvent.Operation operation, Deadline deadline) {
        this.lake = lake;
        this.operation = operation;
        this.deadline = deadline;
    }

    /** Returns how often it was tried, counting the attempt under way. */
    public int attempts() {
        return attempts;
    }

    /**
     * Waits when the failed attempt may be repeated.
     *
     * @throws EngineFailure the failure, saying how often it was tried, when it may not
     */
    public void waitOrThrow(EngineFailure failure) throws EngineFailure {
        EngineFault fault = failure.fault();
        boolean conflict = fault.kind() == FaultKind.CONFLICT;
        boolean outage = fault.kind() == FaultKind.CATALOG_DOWN
                || fault.kind() == FaultKind.CATALOG_READ_ONLY
                || fault.kind() == FaultKind.STORAGE_DOWN
                || fault.kind() == FaultKind.ENGINE_FATAL;
        if (!conflict && !outage) {
            throw failure;
        }
        RetryPolicy policy =
                conflict ? lake.settings().commitRetry() : lake.settings().connectionRetry();
        int failures = conflict ? ++conflicts : ++outages;
        Duration wait = Waits.before(policy, failures);
        if (failures > policy.maxRetries() || wait.compareTo(deadline.remaining()) >= 0) {
            throw attempts == 1
                    ? failure
                    : new EngineFailure(fault.suffixed(" (tried " + attempts + " times in "
                            + deadline.elapsed().toMillis() + " ms)"));
        }
        lake.events().fire(new DuckLakeEvent.Retried(lake.settings().alias(), operation, attempts, fault.errorType()));
        attempts++;
        if (!Waits.sleep(wait)) {
            throw new EngineFailure(EngineFault.timeout("the call was interrupted"));
        }
    }
}
