package org.datlake.ducklake.internal.guard;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last statements that may run: to take one apart, to check it and to put it together again costs as much as
 * a small statement itself. Thread-safe.
 */
final class Checked {

    private static final int REMEMBERED = 256;

    /** Longer ones take memory, and the time that their check takes is small beside theirs. */
    private static final int LONGEST = 4_000;

    private final Map<Key, Statement> statements = new LastUsed<>(REMEMBERED);

    /**
     * What the outcome of a check depends on, and nothing else.
     *
     * @param sql what was sent
     * @param version which snapshot is read; empty: the newest
     * @param limit how many rows are wanted at most; empty: all
     * @param names what there is in the lake
     */
    record Key(String sql, OptionalLong version, OptionalLong limit, LakeNames names) {

        /** Of two that are equal, one would have been remembered: to compare all names would take long. */
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && sql.equals(key.sql)
                    && version.equals(key.version)
                    && limit.equals(key.limit)
                    && names == key.names;
        }

        @Override
        public int hashCode() {
            return 31 * sql.hashCode() + System.identityHashCode(names);
        }
    }

    /**
     * A statement that may run.
     *
     * @param sql its text, where whoever reads the rows counts them as they come, and stops in time
     * @param limited its text, where nobody does
     * @param parameters as {@link ParameterUses#spread} returns them
     */
    record Statement(String sql, String limited, List<Integer> parameters) {}

    /** Returns the statement to run in place of one that was checked; null if it is not remembered. */
    synchronized @Nullable Statement get(Key key) {
        return statements.get(key);
    }

    /** Remembers the statement to run in place of one that was checked. */
    synchronized void put(Key key, Statement statement) {
        if (key.sql().length() <= LONGEST) {
            statements.put(key, statement);
        }
    }
}
