package org.datlake.ducklake.launcher.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.datlake.ducklake.BulkLoad;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.LoadProgress;

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
            } else if (LoadFormat.ofName(file.toString()).isEmpty()) {
                problems.add(file + " has none of the endings .csv .tsv .parquet .ndjson .jsonl .json");
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(String.join("; ", problems));
        }
        String[] parts = parts();
        if (parts.length > 2 || List.of(parts).stream().anyMatch(String::isBlank)) {
            throw new CommandFailure("'" + table + "' is not a table: write table or schema.table");
        }
    }

    private String[] parts() {
        return table.split("\\.", -1);
    }

    /**
     * Loads. A missing table is created.
     *
     * @return how many rows
     * @throws DuckLakeException if it fails; nothing is loaded then
     */
    public long run(DuckLakeClient lake, Consumer<LoadProgress> progress) {
        String[] parts = parts();
        BulkLoad load = parts.length == 1 ? lake.load(table) : lake.load(parts[0], parts[1]);
        return load.createTable()
                .timeout(timeout)
                .progress(progress)
                .fromFiles(files.toArray(Path[]::new))
                .rows()
                .orElseThrow();
    }
}
