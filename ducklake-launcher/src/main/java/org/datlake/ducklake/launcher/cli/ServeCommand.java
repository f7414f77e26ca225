package org.datlake.ducklake.launcher.cli;

import java.util.concurrent.Callable;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.DuckLakeServer;
import org.datlake.ducklake.launcher.LogSetup;
import org.datlake.ducklake.launcher.SampleLake;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ducklake serve}. */
@Command(name = "serve", description = "Runs the backend until it is stopped.")
final class ServeCommand implements Callable<Integer> {

    @Option(
            names = "--sample",
            description = "load a small public-domain data set into an empty lake first, and show what to try")
    private boolean sample;

    @Override
    public Integer call() throws InterruptedException {
        DuckLakeConfig config =
                DuckLakeConfigLoader.ofProcess().terminal(Console.isTerminal()).load();
        LogSetup.forServer(config);
        DuckLakeServer server = DuckLakeServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "ducklake-shutdown"));
        if (sample) {
            SampleLake.load(server.lake());
            System.out.println(SampleLake.invitation(server.url()));
        }
        server.awaitEnd();
        return 0;
    }
}
