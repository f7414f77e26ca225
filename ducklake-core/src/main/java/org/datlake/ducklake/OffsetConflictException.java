package org.datlake.ducklake;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A load expected another offset of its source than the one that is committed: another loader was there first, or this
 * step was loaded already. Nothing was loaded. Read {@link DuckLakeClient#offset} and go on from there.
 */
public class OffsetConflictException extends QueryException {

    private static final long serialVersionUID = 1L;

    private final String source;
    private final @Nullable String committed;

    /**
     * Creates an exception with SQLSTATE 40002 (transaction integrity constraint violation).
     *
     * @param source the source
     * @param committed the offset that is committed, or null if there is none
     */
    public OffsetConflictException(String source, @Nullable String committed) {
        super(
                "the source \"" + source + "\" is not at the offset that the load expects: go on from the one that is "
                        + "committed",
                "OffsetConflict",
                "40002",
                false,
                null);
        this.source = source;
        this.committed = committed;
    }

    /** Returns the source. */
    public String source() {
        return source;
    }

    /** Returns the offset that is committed; empty if there is none. */
    public Optional<String> committed() {
        return Optional.ofNullable(committed);
    }
}
