package org.datlake.ducklake;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link RowWriter} collects rows. Immutable.
 *
 * @param columns the columns that rows have, in their order; empty for all columns of the table
 * @param linger how long a commit waits for more rows to come; zero for not at all: while one commit is under way, the
 *     next one collects by itself
 * @param mostRowsPerCommit how many rows are committed together at most, unless a single batch is larger
 * @param mostRowsPending how many rows may be under way; whoever writes more waits
 */
public record RowWriterOptions(List<String> columns, Duration linger, int mostRowsPerCommit, int mostRowsPending) {

    private static final Duration LONGEST_LINGER = Duration.ofMinutes(1);
    private static final RowWriterOptions DEFAULTS =
            new RowWriterOptions(List.of(), Duration.ZERO, 1_000_000, 2_000_000);

    /**
     * Checks the values.
     *
     * @throws ConfigurationException if the linger is negative or longer than a minute, or a number is not positive
     */
    public RowWriterOptions {
        columns = List.copyOf(columns);
        Objects.requireNonNull(linger, "linger");
        Problems problems = new Problems();
        problems.require(
                !linger.isNegative() && linger.compareTo(LONGEST_LINGER) <= 0,
                "linger must be between zero and a minute, was " + linger);
        problems.require(mostRowsPerCommit > 0, "mostRowsPerCommit must be positive, was " + mostRowsPerCommit);
        problems.require(mostRowsPending > 0, "mostRowsPending must be positive, was " + mostRowsPending);
        problems.throwIfAny();
    }

    /** Returns: all columns, no linger, 1,000,000 rows a commit, 2,000,000 pending. */
    public static RowWriterOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options for some columns; the others get their defaults. */
    public RowWriterOptions withColumns(String... names) {
        return new RowWriterOptions(List.of(names), linger, mostRowsPerCommit, mostRowsPending);
    }

    /** Returns these options with another linger. */
    public RowWriterOptions withLinger(Duration value) {
        return new RowWriterOptions(columns, value, mostRowsPerCommit, mostRowsPending);
    }

    /** Returns these options with another limit for one commit. */
    public RowWriterOptions withMostRowsPerCommit(int value) {
        return new RowWriterOptions(columns, linger, value, mostRowsPending);
    }

    /** Returns these options with another limit for what is under way. */
    public RowWriterOptions withMostRowsPending(int value) {
        return new RowWriterOptions(columns, linger, mostRowsPerCommit, value);
    }
}
