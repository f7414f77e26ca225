package org.datlake.ducklake.launcher.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "STATEMENT", description = "the statement")
    private String sql;

    @Option(
            names = "--format",
            description = "how rows are written: ${COMPLETION-CANDIDATES}. Default: TABLE on a terminal, else CSV")
    private @Nullable OutputFormat format;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long it may take. Default: 30")
    private @Nullable Long timeoutSeconds;

    /** Created by picocli. */
    SqlCommand() {}

    /** Creates a command without options. */
    SqlCommand(String sql) {
        this.sql = sql;
    }

    /** Says whether a command line is {@code sql STATEMENT} and nothing else. */
    static boolean isPlain(String... arguments) {
        return arguments.length == 2
                && arguments[0].equals("sql")
                && !arguments[1].isEmpty()
                // An option, or a file of arguments.
                && "-@".indexOf(arguments[1].charAt(0)) < 0;
    }

    @Override
    public Integer call() throws IOException, BridgeClient.BridgeException {
        if (!Statements.isSingle(sql)) {
            throw new CommandFailure("these are several statements; run one statement at a time");
        }
        // The statement itself shows whether the storage works.
        DuckLakeSettings.Builder builder =
                DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().storageProbe(false);
        if (timeoutSeconds != null) {
            builder.operationTimeout(Timeouts.ofSeconds(timeoutSeconds));
        }
        DuckLakeSettings settings = builder.build();
        Duration timeout = settings.operationTimeout();
        OutputFormat chosen = format != null ? format : Console.isTerminal() ? OutputFormat.TABLE : OutputFormat.CSV;
        // Rows are data: they are UTF-8 whatever the locale is, and go out in large pieces.
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);
        try {
            LakeAccess.with(
                    settings,
                    lake -> {
                        StatementRunner.run(lake, sql, chosen, timeout, out::print);
                        return true;
                    },
                    server -> {
                        server.run(sql, chosen, timeout, out::print);
                        return true;
                    });
        } finally {
            out.flush();
        }
        return 0;
    }
}
