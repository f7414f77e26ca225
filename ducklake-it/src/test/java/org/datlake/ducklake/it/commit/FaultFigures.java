package org.datlake.ducklake.it.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.datlake.ducklake.CommitOutcome.Status;

/** The figures of a run, one line for each test, from which {@code ducklake-it/faults} makes its table. */
final class FaultFigures {

    private static final Path FILE = Path.of("target", "faults.txt");

    private FaultFigures() {}

    /**
     * Notes what came of a test, before anything is asserted about it.
     *
     * @param test whose figures these are
     * @param faults how many faults were injected
     */
    static void note(Class<?> test, int faults, Ledger ledger, Audit audit) {
        String figures = Stream.of(
                        faults,
                        ledger.count(Status.COMMITTED),
                        ledger.count(Status.NOT_COMMITTED),
                        ledger.count(Status.UNKNOWN),
                        audit.lost().size(),
                        audit.doubled().size(),
                        audit.partial().size(),
                        audit.dangling().size())
                .map(String::valueOf)
                .collect(Collectors.joining("\t"));
        try {
            Files.write(
                    FILE,
                    List.of(test.getSimpleName() + "\t" + figures),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
