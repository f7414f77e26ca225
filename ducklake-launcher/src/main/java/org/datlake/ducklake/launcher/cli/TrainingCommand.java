package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.nio.file.Path;
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
import picocli.CommandLine.Parameters;

/**
 * {@code ducklake training}: loads the classes that most runs need, so that {@code bin/make-archive} can keep them. The
 * servers that it asks do not exist.
 */
@Command(name = "training", hidden = true)
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class TrainingCommand implements Callable<Integer> {

    private static final int NOBODY_LISTENS = 1;

    private static final Duration SOON = Duration.ofSeconds(5);

    @Parameters(paramLabel = "DIRECTORY")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().build();
        DuckLakeSettings embedded = DuckLakeSettings.embedded(directory);
        try (DuckLakeClient lake = DuckLakeClient.connect(embedded)) {
            for (OutputFormat format : OutputFormat.values()) {
                StatementRunner.run(lake, "SELECT 42 AS answer, 'text' AS text", format, SOON, text -> {});
            }
        }
        tryServers(embedded);
        return 0;
    }

    private static void tryServers(DuckLakeSettings embedded) {
        Secret secret = Secret.of("nobody");
        DuckLakeSettings.Builder servers = DuckLakeSettings.builder()
                .connectionRetry(RetryPolicy.ofConnectionRetries(0))
                .connectionTimeout(SOON);
        StorageSettings store = StorageSettings.minio("http://localhost:" + NOBODY_LISTENS, "nobody", "nobody", secret);
        CatalogSettings database = CatalogSettings.postgres("localhost", NOBODY_LISTENS, "nobody", "nobody", secret);
        tryToConnect(servers.catalog(embedded.catalog()).storage(store).build());
        tryToConnect(servers.catalog(database).build());
    }

    private static void tryToConnect(DuckLakeSettings settings) {
        try {
            DuckLakeClient.connect(settings).close();
        } catch (DuckLakeException e) {
            // Nobody listens there, as intended; the classes have been loaded.
            assert e.getMessage() != null;
        }
    }
}
