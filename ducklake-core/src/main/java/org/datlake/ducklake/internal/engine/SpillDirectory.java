package org.datlake.ducklake.internal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.EngineSettings;

/** Chooses where queries spill, and tries it: DuckDB itself would only notice with the first large query. */
final class SpillDirectory {

    private SpillDirectory() {}

    /** Returns the directory, or an empty text when there is none and queries must do without. */
    static String prepare(EngineSettings settings, List<String> warnings) {
        boolean chosen = settings.tempDirectory().isPresent();
        Path directory = settings.tempDirectory()
                .orElseGet(() -> Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "datlake-spill-" + ProcessHandle.current().pid()));
        try {
            Path parent = directory.toAbsolutePath().getParent();
            Path tried = chosen || parent == null ? Files.createDirectories(directory) : parent;
            Files.delete(Files.createFile(tried.resolve(probeName())));
            return directory.toString();
        } catch (IOException e) {
            if (chosen) {
                throw new ConfigurationException("the engine's temporary directory " + directory
                        + " cannot be written: choose another one, or change its rights");
            }
            warnings.add("queries cannot spill to disk: " + directory.getParent()
                    + " is not writable; large ones end with an error about memory");
            return "";
        }
    }

    /** Not by createTempFile: its random generator takes longer to load than a catalog to be opened. */
    private static String probeName() {
        return ".datlake-probe-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp";
    }
}
