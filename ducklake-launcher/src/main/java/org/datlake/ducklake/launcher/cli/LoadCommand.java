package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ducklake load}. */
@Command(
        name = "load",
        description = "Loads files into a table, all of them in one transaction.",
        footer = {
            "",
            "CSV, TSV, Parquet and newline-delimited JSON are told apart by the file's name; .gz and .zst are unpacked.",
            "A missing table is created with the columns of the first file; columns are matched by name."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LoadCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "the files")
    private List<Path> files;

    @Option(names = "--table", required = true, paramLabel = "T", description = "the table, or schema.table")
    private String table;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long it may take. Default: 3600")
    private long timeoutSeconds = 3600;

    @Override
    public Integer call() throws IOException {
        List<LoadFile> sources = sources();
        String target = LoadFile.quotedTable(table);
        Duration timeout = Duration.ofSeconds(timeoutSeconds);
        DuckLakeSettings settings = DuckLakeConfigLoader.ofProcess()
                .load()
                .toSettingsBuilder()
                .operationTimeout(timeout)
                .build();
        ProgressBar progress = ProgressBar.on(System.err, Console.isTerminal(), total(sources));
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            long rows = lake.<Long, RuntimeException>inTransaction(timeout, transaction -> {
                progress.restart();
                return load(transaction, sources, target, progress);
            });
            progress.end();
            System.out.println(rows + " rows loaded into " + table);
        } finally {
            progress.end();
        }
        return 0;
    }

    /** Everything that can be wrong with the files is said before the lake is touched. */
    private List<LoadFile> sources() {
        List<LoadFile> sources = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                problems.add(file + " is not a readable file");
            } else {
                LoadFile.of(file)
                        .ifPresentOrElse(
                                sources::add,
                                () -> problems.add(
                                        file + " has none of the endings .csv .tsv .parquet .ndjson .jsonl .json"));
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(String.join("; ", problems));
        }
        return sources;
    }

    private static long total(List<LoadFile> sources) throws IOException {
        long bytes = 0;
        for (LoadFile source : sources) {
            bytes += Files.size(source.file());
        }
        return bytes;
    }

    private static long load(Transaction transaction, List<LoadFile> sources, String target, ProgressBar progress) {
        transaction.execute("CREATE TABLE IF NOT EXISTS " + target + " AS SELECT * FROM "
                + sources.get(0).scan() + " LIMIT 0");
        long rows = 0;
        for (LoadFile source : sources) {
            rows += transaction.execute("INSERT INTO " + target + " BY NAME SELECT * FROM " + source.scan());
            progress.advance(source.file());
        }
        return rows;
    }
}
