package org.datlake.ducklake.launcher.cli;

import java.util.concurrent.Callable;
import org.datlake.ducklake.DuckLakeExtensions;
import org.datlake.ducklake.launcher.LauncherVersion;
import picocli.CommandLine.Command;

/** {@code ducklake version}. */
@Command(name = "version", description = "Shows the versions of this program, its engine and its Java.")
final class VersionCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println("ducklake " + LauncherVersion.text());
        System.out.println("DuckDB " + DuckLakeExtensions.ENGINE_VERSION);
        System.out.println("Java " + Runtime.version());
        return 0;
    }
}
