package org.datlake.ducklake.internal.guard;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Forgets what was not asked for longest. Not thread-safe.
 *
 * @param <K> what is asked for
 * @param <V> what is remembered of it
 */
final class LastUsed<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    /** Makes one that remembers so many. */
    LastUsed(int most) {
        super(most, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
