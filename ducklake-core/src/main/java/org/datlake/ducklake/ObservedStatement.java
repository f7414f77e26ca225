package org.datlake.ducklake;

import java.time.Duration;
import java.util.Optional;

/** A statement as observers see it: never with a value in it. Thread-safe. */
public interface ObservedStatement {

    /**
     * Returns the word that it begins with, in capitals, such as {@code SELECT}; {@code OTHER} where that is none of the few
     * that SQL has.
     */
    String verb();

    /**
     * Returns its text with a question mark in place of each literal, without comments, cut off behind 2,000 characters. Of
     * statements that may hold values in another form, such as SET or CREATE SECRET, only the verb is shown.
     */
    String masked();

    /**
     * Asks the engine how it would run the statement now: an operator a line, behind those that it feeds, with conditions
     * in which values are masked in the same way; cut off behind 4,000 characters. Nothing of the statement runs. It takes a
     * place among the engine's calls meanwhile and blocks, so this is for a thread in the background, after the
     * operation; listeners and observers are not told.
     *
     * @param timeout how long it may take
     * @return the plan; empty if there is none: the statement is none that reads or writes rows, depends on what is gone,
     *     such as a temporary table, or the engine does not answer
     */
    Optional<String> plan(Duration timeout);
}
