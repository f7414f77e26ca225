package org.datlake.ducklake.it.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeException;

/** Where a process that will be killed notes what it tries and what it was told. Thread-safe. */
final class Diary {

    private static final String TRIES = "tries ";
    private static final String TOLD = "told ";
    private static final String REFUSED = "refused ";

    private final Path file;

    /** Opens the diary of this process and of those that were killed before it. */
    Diary(Path file) {
        this.file = file;
    }

    /** Notes a batch, writes it, and notes what came of it once that is known. */
    void write(String batch, Runnable write) {
        note(TRIES + batch);
        try {
            write.run();
            note(TOLD + batch);
        } catch (CommitOutcomeUnknownException e) {
            // As if we had been killed: it is there or not, and nobody was told.
        } catch (DuckLakeException e) {
            note(REFUSED + batch);
        }
    }

    /** One call of the system for each line: it is in the file as a whole, however the process ends. */
    private synchronized void note(String line) {
        try {
            Files.write(
                    file,
                    (line + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how many batches were acknowledged so far. */
    long acknowledged() {
        return lines().stream().filter(line -> line.startsWith(TOLD)).count();
    }

    /**
     * Returns the batches in the order of their first trial: COMMITTED if their caller was ever told so, UNKNOWN if a
     * trial ended without an answer, else NOT_COMMITTED.
     */
    Map<String, Status> batches() {
        Map<String, Status> batches = new LinkedHashMap<>();
        Map<String, Integer> unanswered = new HashMap<>();
        for (String line : lines()) {
            String batch = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith(TOLD)) {
                batches.put(batch, Status.COMMITTED);
            } else if (batches.get(batch) != Status.COMMITTED) {
                int open = unanswered.merge(batch, line.startsWith(TRIES) ? 1 : -1, Integer::sum);
                batches.put(batch, open > 0 ? Status.UNKNOWN : Status.NOT_COMMITTED);
            }
        }
        return batches;
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
