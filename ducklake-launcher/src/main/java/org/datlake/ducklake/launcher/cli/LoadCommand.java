package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.bridge.BridgeClient;
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
            "A missing table is created with the columns of the first file; columns are matched by name.",
            "While a server has the lake's catalog file open, the server reads the files."
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
    public Integer call() throws IOException, BridgeClient.BridgeException {
        FileLoad load = new FileLoad(files, table, Timeouts.ofSeconds(timeoutSeconds));
        load.check();
        DuckLakeSettings settings = DuckLakeConfigLoader.ofProcess()
                .load()
                .toSettingsBuilder()
                .operationTimeout(load.timeout())
                .build();
        ProgressBar progress = ProgressBar.on(System.err, Console.isTerminal(), total(load.files()));
        long rows;
        try {
            rows = LakeAccess.with(settings, lake -> load.run(lake, progress), server -> server.load(load, progress));
        } finally {
            progress.end();
        }
        System.out.println(rows + (rows == 1 ? " row" : " rows") + " loaded into " + table);
        return 0;
    }

    private static long total(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
