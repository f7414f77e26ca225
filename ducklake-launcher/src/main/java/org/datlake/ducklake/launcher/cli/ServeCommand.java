package org.datlake.ducklake.launcher.cli;

import java.util.concurrent.Callable;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.DuckLakeServer;
import org.datlake.ducklake.launcher.LogSetup;
import org.datlake.ducklake.launcher.SampleLake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ducklake serve}. */
@Command(name = "serve", description = "Runs the backend until it is stopped.")
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

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
            invite(config, server);
        }
        server.awaitEnd();
        return 0;
    }

    /** Machines read every line of a log in JSON, so nothing else may be among them. */
    private static void invite(DuckLakeConfig config, DuckLakeServer server) {
        if (config.logFormat() == DuckLakeConfig.LogFormat.TEXT) {
            System.out.println(SampleLake.invitation(server.url()));
        } else {
            LOG.atInfo().addKeyValue("url", server.url()).log("the sample lake is served");
        }
    }
}
