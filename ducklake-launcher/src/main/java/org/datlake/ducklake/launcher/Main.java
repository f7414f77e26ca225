package org.datlake.ducklake.launcher;

import org.datlake.ducklake.launcher.cli.DuckLakeCommand;

/** Where the program starts. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int exitCode = DuckLakeCommand.run(arguments);
        // Libraries may have left threads behind that would hold up the end.
        System.exit(exitCode);
    }
}
