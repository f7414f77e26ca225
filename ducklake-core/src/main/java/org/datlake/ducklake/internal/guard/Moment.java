package org.datlake.ducklake.internal.guard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which state of a lake is read; the newest where neither is said.
 *
 * @param snapshot by the id of its snapshot, or null
 * @param time by a time, or null
 */
public record Moment(@Nullable Long snapshot, @Nullable Instant time) {

    /** The newest state. */
    public static final Moment NEWEST = new Moment(null, null);

    boolean isNewest() {
        return snapshot == null && time == null;
    }
}
