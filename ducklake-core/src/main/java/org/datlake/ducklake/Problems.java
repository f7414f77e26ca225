package org.datlake.ducklake;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with settings, so that all of it is reported at once. Not thread-safe. */
final class Problems {

    private final List<String> found = new ArrayList<>();

    void require(boolean holds, String otherwise) {
        if (!holds) {
            found.add(otherwise);
        }
    }

    void addAll(List<String> problems) {
        found.addAll(problems);
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
    }
}
