package org.datlake.ducklake.launcher;

import org.datlake.ducklake.launcher.cli.DuckLakeCommand;

/** Where the program starts. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        chooseLogging(command);
        EarlyLoading.start(command);
        int exitCode = DuckLakeCommand.run(arguments);
        // Libraries may have left threads behind that would hold up the end.
        System.exit(exitCode);
    }

    /** By name, for otherwise the libraries search all jars. */
    private static void chooseLogging(String command) {
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty(
                "slf4j.provider",
                command.equals("serve")
                        ? "ch.qos.logback.classic.spi.LogbackServiceProvider"
                        : "org.datlake.ducklake.launcher.cli.CommandLog");
        System.setProperty("org.jboss.logging.provider", "slf4j");
    }
}
