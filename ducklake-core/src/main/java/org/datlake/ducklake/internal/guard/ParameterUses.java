package org.datlake.ducklake.internal.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each use of a parameter a parameter of its own: where DuckDB 1.5.5 takes one for two types, such as in {@code
 * typeof($1) || $1::VARCHAR}, its instance breaks.
 */
final class ParameterUses {

    private final List<Map<String, @Nullable Object>> uses = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private ParameterUses() {}

    /**
     * Changes a statement in which a parameter is used more than once.
     *
     * @return for each parameter that it has now, which one of the caller's it stands for, counted from 0; empty where
     *     they are the caller's
     */
    static List<Integer> spread(Map<String, @Nullable Object> statement) {
        ParameterUses found = new ParameterUses();
        found.collect(statement.get("node"));
        return found.names.size() == found.uses.size() || !found.areNumbers() ? List.of() : found.renumber();
    }

    private void collect(@Nullable Object part) {
        if (part instanceof List<?> list) {
            list.forEach(this::collect);
        } else if (part instanceof Map<?, ?>) {
            Map<String, @Nullable Object> object = Trees.object(part);
            if ("PARAMETER".equals(object.get("class"))) {
                uses.add(object);
                names.add(Trees.text(object, "identifier"));
            }
            object.values().forEach(this::collect);
        }
    }

    /** Names are not bound by anybody: the engine will say so. */
    private boolean areNumbers() {
        return names.stream().allMatch(name -> Trees.number(name) > 0 && name.length() < 6);
    }

    private List<Integer> renumber() {
        List<Integer> meant = new ArrayList<>();
        for (Map<String, @Nullable Object> use : uses) {
            meant.add(Integer.parseInt(Trees.text(use, "identifier")) - 1);
            use.put("identifier", String.valueOf(meant.size()));
        }
        return List.copyOf(meant);
    }
}
