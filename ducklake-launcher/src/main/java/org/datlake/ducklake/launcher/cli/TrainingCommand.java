package org.datlake.ducklake.launcher.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import picocli.CommandLine.Command;

/**
 * {@code ducklake training}: loads the classes that most runs need, so that {@code bin/make-archive} can keep them. Works
 * on the configured lake, which is to be a new one in files. The servers that it asks do not exist.
 */
@Command(name = "training", hidden = true)
final class TrainingCommand implements Callable<Integer> {

    private static final int NOBODY_LISTENS = 1;

    private static final Duration SOON = Duration.ofSeconds(5);

    @Override
    public Integer call() {
        int failed =
                DuckLakeCommand.run("sql", "CREATE TABLE numbers AS SELECT range AS i, 'text' AS s FROM range(5000)");
        for (OutputFormat format : OutputFormat.values()) {
            failed += DuckLakeCommand.run("sql", "--format=" + format, "SELECT * FROM numbers WHERE i < 3");
        }
        failed += DuckLakeCommand.run("sql", "SELECT count(*), max(s) FROM numbers");
        tryServers(DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().build());
        return failed;
    }

    private static void tryServers(DuckLakeSettings files) {
        Secret secret = Secret.of("nobody");
        DuckLakeSettings.Builder servers = DuckLakeSettings.builder()
                .connectionRetry(RetryPolicy.ofConnectionRetries(0))
                .connectionTimeout(SOON);
        StorageSettings store = StorageSettings.minio("http://localhost:" + NOBODY_LISTENS, "nobody", "nobody", secret);
        CatalogSettings database = CatalogSettings.postgres("localhost", NOBODY_LISTENS, "nobody", "nobody", secret);
        tryToConnect(servers.catalog(files.catalog()).storage(store).build());
        tryToConnect(servers.catalog(database).build());
    }

    private static void tryToConnect(DuckLakeSettings settings) {
        try {
            DuckLakeClient.connect(settings).close();
        } catch (DuckLakeException e) {
            // Nobody listens there, as intended; the classes have been loaded.
        }
    }
}
