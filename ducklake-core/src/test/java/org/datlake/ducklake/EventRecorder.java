package org.datlake.ducklake;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers all events in their order. */
final class EventRecorder implements DuckLakeListener {

    private final List<DuckLakeEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void on(DuckLakeEvent event) {
        events.add(event);
    }

    List<DuckLakeEvent> all() {
        return List.copyOf(events);
    }

    <T extends DuckLakeEvent> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
