package org.datlake.ducklake.internal.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happens, and keeps what they throw away from callers. Thread-safe. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final List<DuckLakeListener> listeners;
    private final Set<DuckLakeListener> faulty = ConcurrentHashMap.newKeySet();

    /** Makes a distributor for these listeners. */
    public Events(List<DuckLakeListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Tells all listeners. */
    public void fire(DuckLakeEvent event) {
        for (DuckLakeListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                if (faulty.add(listener)) {
                    LOG.warn("the listener {} threw an exception; further ones are not logged", listener.getClass(), e);
                }
            }
        }
    }
}
