package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.bridge.BridgeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ducklake sql}. */
@Command(
        name = "sql",
        description = "Runs one SQL statement on the lake and writes what it returns.",
        footer = {"", "Example: ducklake sql \"SELECT count(*) FROM airports\""})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SqlCommand implements Callable<Integer> {

    /** SQLSTATE of "object in use": another process has the catalog's file open. */
    private static final String IN_USE = "55006";

    @Parameters(paramLabel = "STATEMENT", description = "the statement")
    private String sql;

    @Option(
            names = "--format",
            description = "how rows are written: ${COMPLETION-CANDIDATES}. Default: TABLE on a terminal, else CSV")
    private @Nullable OutputFormat format;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long it may take. Default: 30")
    private @Nullable Long timeoutSeconds;

    @Override
    public Integer call() throws IOException, BridgeClient.BridgeException {
        // The statement itself shows whether the storage works.
        DuckLakeSettings.Builder builder =
                DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().storageProbe(false);
        if (timeoutSeconds != null) {
            builder.operationTimeout(Duration.ofSeconds(timeoutSeconds));
        }
        OutputFormat chosen = format != null ? format : Console.isTerminal() ? OutputFormat.TABLE : OutputFormat.CSV;
        PrintStream out = System.out;
        runSomewhere(builder.build(), sql, chosen, out::print);
        out.flush();
        return 0;
    }

    /** Runs a statement in this process, or, when a server has the catalog's file open, in that one. */
    static void runSomewhere(DuckLakeSettings settings, String sql, OutputFormat format, TextSink output)
            throws IOException, BridgeClient.BridgeException {
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            StatementRunner.run(lake, sql, format, output);
        } catch (CatalogException e) {
            boolean inUse = e.sqlState().equals(IN_USE)
                    && settings.catalog() instanceof CatalogSettings.DuckDbFile file
                    && BridgeClient.isThere(file.file());
            if (!inUse) {
                throw e;
            }
            Path catalogFile = ((CatalogSettings.DuckDbFile) settings.catalog()).file();
            BridgeClient.run(catalogFile, sql, format, output);
        }
    }
}
