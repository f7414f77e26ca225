package org.datlake.ducklake;

import java.time.Duration;
import java.util.Objects;

/**
 * How a lake is checked. Immutable.
 *
 * @param deep whether the footer of every data file is read too, and its number of rows compared with the catalog's; one
 *     file after the other, so it takes a few milliseconds per file locally and some ten on a distant store
 * @param restore whether missing files are brought back where the bucket still has a version of them
 * @param orphanAge how old a file that the catalog does not name must be to be reported; a younger one may belong to a
 *     write that is under way
 * @param timeout how long the check may take
 */
public record CheckOptions(boolean deep, boolean restore, Duration orphanAge, Duration timeout) {

    private static final CheckOptions DEFAULTS =
            new CheckOptions(false, false, Duration.ofHours(1), Duration.ofHours(1));

    /**
     * Checks the values.
     *
     * @throws ConfigurationException if the age is negative, or the timeout is not positive
     */
    public CheckOptions {
        Objects.requireNonNull(orphanAge, "orphanAge");
        Objects.requireNonNull(timeout, "timeout");
        Problems problems = new Problems();
        problems.require(!orphanAge.isNegative(), "orphanAge must not be negative, was " + orphanAge);
        problems.require(!timeout.isNegative() && !timeout.isZero(), "timeout must be positive, was " + timeout);
        problems.throwIfAny();
    }

    /** Returns the options of {@link DuckLakeClient#check()}: not deep, nothing restored, one hour for both durations. */
    public static CheckOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with the footers of files read or not. */
    public CheckOptions withDeep(boolean value) {
        return new CheckOptions(value, restore, orphanAge, timeout);
    }

    /** Returns these options with missing files brought back or not. */
    public CheckOptions withRestore(boolean value) {
        return new CheckOptions(deep, value, orphanAge, timeout);
    }

    /** Returns these options with another age. */
    public CheckOptions withOrphanAge(Duration value) {
        return new CheckOptions(deep, restore, value, timeout);
    }

    /** Returns these options with another timeout. */
    public CheckOptions withTimeout(Duration value) {
        return new CheckOptions(deep, restore, orphanAge, value);
    }
}
