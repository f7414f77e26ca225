package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.launcher.LauncherVersion;
import org.datlake.ducklake.launcher.bridge.BridgeClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: finds the subcommand and turns failures into one line and an exit code. */
@Command(
        name = "ducklake",
        description = "A lake in DuckLake format: backend and command line.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = DuckLakeCommand.Version.class,
        subcommands = {
            ServeCommand.class,
            HealthCommand.class,
            CheckCommand.class,
            VerifyCommand.class,
            SqlCommand.class,
            LoadCommand.class,
            ExtensionsCommand.class,
            VersionCommand.class,
            TrainingCommand.class
        },
        footer = {
            "",
            "Configuration comes from the environment, see ducklake-config/REFERENCE.md; without any, the lake is in",
            "the directory 'data'. Exit codes: 0 done, 1 failed, 2 wrong use or configuration."
        })
public final class DuckLakeCommand implements Runnable {

    /** What was asked for failed. */
    static final int FAILED = 1;
    /** The command line or the configuration is wrong. */
    static final int WRONG_USE = 2;

    @Spec
    private CommandSpec spec;

    /** Created by {@link #run}. */
    @SuppressWarnings("NullAway.Init") // picocli sets the field
    DuckLakeCommand() {}

    /** Runs a command and returns the exit code. */
    public static int run(String... arguments) {
        if (SqlCommand.isPlain(arguments)) {
            return runPlainSql(arguments[1]);
        }
        CommandLine commandLine = new CommandLine(new DuckLakeCommand());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, line, parsed) -> {
            line.getErr().println("ducklake: " + explain(failure));
            line.getErr().flush();
            return exitCode(failure);
        });
        return commandLine.execute(arguments);
    }

    /** The most frequent call does without picocli, which takes longer to load than the query to run. */
    private static int runPlainSql(String statement) {
        try {
            return new SqlCommand(statement).call();
        } catch (IOException | BridgeClient.BridgeException | RuntimeException e) {
            System.err.println("ducklake: " + explain(e));
            return exitCode(e);
        }
    }

    private static int exitCode(Exception failure) {
        return failure instanceof ConfigurationException ? WRONG_USE : FAILED;
    }

    private static String explain(Exception failure) {
        if (failure instanceof DuckLakeException
                || failure instanceof CommandFailure
                || failure instanceof BridgeClient.BridgeException) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof UncheckedIOException io && io.getCause() instanceof BindException bind) {
            return String.valueOf(bind.getMessage());
        }
        return "unexpected failure: " + failure;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Says which version this is. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ducklake " + LauncherVersion.text()};
        }
    }
}
