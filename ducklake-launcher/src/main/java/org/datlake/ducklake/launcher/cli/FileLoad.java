package org.datlake.ducklake.launcher.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Files to load into a table, all of them in one transaction.
 *
 * @param files absolute paths
 * @param table {@code table} or {@code schema.table}
 * @param timeout how long it may take
 */
public record FileLoad(List<Path> files, String table, Duration timeout) {

    /** Makes one of absolute paths. */
    public FileLoad {
        files = files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
    }

    /**
     * Checks what can be wrong with files and table before the lake is touched.
     *
     * @throws CommandFailure with all problems
     */
    void check() {
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                problems.add(file + " is not a readable file");
            } else if (LoadFile.of(file).isEmpty()) {
                problems.add(file + " has none of the endings .csv .tsv .parquet .ndjson .jsonl .json");
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(String.join("; ", problems));
        }
        LoadFile.quotedTable(table);
    }

    /**
     * Loads. A missing table is created.
     *
     * @return how many rows
     * @throws DuckLakeException if it fails; nothing is loaded then
     * @throws IllegalArgumentException if a file's name or the table was never checked
     */
    public long run(DuckLakeClient lake, LoadProgress progress) {
        List<LoadFile> sources = files.stream()
                .map(file -> LoadFile.of(file).orElseThrow(() -> new IllegalArgumentException("not a kind of file")))
                .toList();
        Loading loading = new Loading(sources, LoadFile.quotedTable(table), progress);
        try {
            return lake.<Long, RuntimeException>inTransaction(timeout, loading::run);
        } catch (DuckLakeException e) {
            throw loading.naming(e);
        }
    }

    /** One load, which knows where it is. */
    private static final class Loading {

        private final List<LoadFile> sources;
        private final String target;
        private final LoadProgress progress;
        private @Nullable LoadFile current;

        Loading(List<LoadFile> sources, String target, LoadProgress progress) {
            this.sources = sources;
            this.target = target;
            this.progress = progress;
        }

        long run(Transaction transaction) {
            progress.restarted();
            current = sources.get(0);
            transaction.execute("CREATE TABLE IF NOT EXISTS " + target + " AS SELECT * FROM "
                    + sources.get(0).scan() + " LIMIT 0");
            long rows = 0;
            for (LoadFile source : sources) {
                current = source;
                rows += transaction.execute("INSERT INTO " + target + " BY NAME SELECT * FROM " + source.scan());
                progress.loaded(source.file());
            }
            current = null;
            return rows;
        }

        /** The engine's messages hold no paths, but whoever loads many files wants to know which one it is. */
        DuckLakeException naming(DuckLakeException failure) {
            LoadFile file = current;
            return file == null
                    ? failure
                    : new DuckLakeException(
                            file.file() + ": " + failure.getMessage(),
                            failure.errorType(),
                            failure.sqlState(),
                            failure.isRetryable(),
                            failure);
        }
    }
}
