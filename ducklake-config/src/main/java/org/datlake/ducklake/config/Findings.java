package org.datlake.ducklake.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.datlake.ducklake.ConfigurationException;

/** What is found while the values are put together: problems, warnings, and values that follow from others. */
final class Findings {

    private final List<String> problems;
    private final List<String> warnings = new ArrayList<>();
    private final Map<ConfigKey, String> derived = new EnumMap<>(ConfigKey.class);

    /** Starts with the problems that are known already; further ones are added to the same list. */
    Findings(List<String> problems) {
        this.problems = problems;
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    void warning(String sentence) {
        warnings.add(sentence);
    }

    /** Notes what a key means although nobody, or somebody else, said so. */
    void derived(ConfigKey key, Object value) {
        derived.put(key, Shown.of(value.toString()));
    }

    /** Runs something of the core; what it finds wrong joins the problems, and the result is empty. */
    <T> Optional<T> attempt(Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    Map<ConfigKey, String> derived() {
        return derived;
    }

    void throwIfAnyProblem() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }
}
