package org.datlake.ducklake;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a transaction is run. Immutable.
 *
 * @param timeout how long it may take with all its repetitions; empty for {@link DuckLakeSettings#operationTimeout()}
 * @param idempotencyKey a name of the caller's for this write: however often the same key is used, by whatever process,
 *     it is committed once; empty for none
 */
public record TransactionOptions(Optional<Duration> timeout, Optional<String> idempotencyKey) {

    private static final TransactionOptions DEFAULTS = new TransactionOptions(Optional.empty(), Optional.empty());

    /**
     * Checks the values.
     *
     * @throws ConfigurationException if the timeout is not positive, or the key is empty
     */
    public TransactionOptions {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(idempotencyKey, "idempotencyKey");
        Problems problems = new Problems();
        problems.require(
                timeout.isEmpty()
                        || (!timeout.get().isNegative() && !timeout.get().isZero()),
                "timeout must be positive, was " + timeout.orElse(Duration.ZERO));
        problems.require(
                idempotencyKey.isEmpty() || !idempotencyKey.get().isEmpty(), "idempotencyKey must not be empty");
        problems.throwIfAny();
    }

    /** Returns the options of {@link DuckLakeClient#inTransaction(DuckLakeClient.TransactionBody)}. */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with another timeout. */
    public TransactionOptions withTimeout(Duration value) {
        return new TransactionOptions(Optional.of(value), idempotencyKey);
    }

    /** Returns these options with an idempotency key. */
    public TransactionOptions withIdempotencyKey(String value) {
        return new TransactionOptions(timeout, Optional.of(value));
    }
}
