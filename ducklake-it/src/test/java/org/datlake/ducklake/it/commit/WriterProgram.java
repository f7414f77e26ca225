package org.datlake.ducklake.it.commit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;

/** A process that writes until it is killed. */
final class WriterProgram {

    static final String ALIAS = "killed";
    static final String DIARY = "diary.txt";
    static final String OUTPUT = "output.txt";

    private static final String AGAIN = "again.txt";

    private WriterProgram() {}

    /**
     * Starts one.
     *
     * @param directory where its diary and what it prints are
     * @param prefix of the names of its batches
     * @param again batches with keys, which it writes again first
     */
    static Process start(
            Path directory,
            CatalogSettings.Postgres catalog,
            StorageSettings.S3 storage,
            String prefix,
            long seed,
            List<String> again)
            throws IOException {
        Files.write(directory.resolve(AGAIN), again);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WriterProgram.class.getName(),
                        directory.toString(),
                        prefix,
                        Long.toString(seed))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(OUTPUT).toFile());
        builder.environment()
                .putAll(Map.of(
                        "CATALOG_HOST", catalog.host(),
                        "CATALOG_PORT", Integer.toString(catalog.port()),
                        "CATALOG_DATABASE", catalog.database(),
                        "CATALOG_USER", catalog.user(),
                        "CATALOG_PASSWORD", catalog.password().reveal(),
                        "STORE", storage.endpointUri().toString(),
                        "STORE_BUCKET", storage.bucket(),
                        "STORE_ACCESS_KEY", storage.accessKey(),
                        "STORE_SECRET_KEY", storage.secretKey().reveal()));
        return builder.start();
    }

    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        DuckLakeSettings settings = MixedWriters.settings(DuckLakeSettings.builder()
                .alias(ALIAS)
                .catalog(CatalogSettings.postgres(
                        variable("CATALOG_HOST"),
                        Integer.parseInt(variable("CATALOG_PORT")),
                        variable("CATALOG_DATABASE"),
                        variable("CATALOG_USER"),
                        Secret.of(variable("CATALOG_PASSWORD"))))
                .storage(StorageSettings.S3
                        .builder(variable("STORE"), variable("STORE_BUCKET"))
                        .credentials(variable("STORE_ACCESS_KEY"), Secret.of(variable("STORE_SECRET_KEY")))
                        .bucketEncryption(false)
                        .build()));
        Diary diary = new Diary(directory.resolve(DIARY));
        List<String> again = Files.readAllLines(directory.resolve(AGAIN));
        try (DuckLakeClient lake = DuckLakeClient.connect(settings);
                MixedWriters writers = new MixedWriters(lake)) {
            writers.start(arguments[1], Long.parseLong(arguments[2]), diary::write);
            again.forEach(batch -> diary.write(batch, () -> writers.write(batch)));
            Thread.currentThread().join();
        }
    }

    private static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }
}
