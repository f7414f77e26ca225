package org.datlake.ducklake;

import java.util.List;

/** Settings that are wrong in themselves, or that contradict the lake they are used on. */
public class ConfigurationException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** Creates an exception that lists all problems, of which there is at least one. */
    public ConfigurationException(List<String> problems) {
        super(message(problems), "Configuration", "22023", false, null);
        this.problems = List.copyOf(problems);
    }

    /** Creates an exception for a single problem. */
    public ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** Returns the problems, each a sentence that names the setting, what is wrong and what to do. */
    public List<String> problems() {
        return problems;
    }

    private static String message(List<String> problems) {
        return problems.size() == 1
                ? problems.get(0)
                : problems.size() + " problems:\n  - " + String.join("\n  - ", problems);
    }
}
