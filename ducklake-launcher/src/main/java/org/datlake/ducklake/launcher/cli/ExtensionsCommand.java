package org.datlake.ducklake.launcher.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.datlake.ducklake.DuckLakeExtensions;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import picocli.CommandLine.Command;

/** {@code ducklake extensions}. */
@Command(
        name = "extensions",
        description = "Handles the DuckDB extensions that a lake needs.",
        subcommands = ExtensionsCommand.Install.class)
final class ExtensionsCommand {

    /** {@code ducklake extensions install}. */
    @Command(
            name = "install",
            description = "Finds or installs them ahead of time, and checks that they are the right ones.")
    static final class Install implements Callable<Integer> {

        @Override
        public Integer call() {
            DuckLakeSettings settings =
                    DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().build();
            for (Path file : DuckLakeExtensions.install(settings.engine())) {
                System.out.println(file);
            }
            return 0;
        }
    }
}
