package org.datlake.ducklake.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;

/** A process of its own that writes rows for a while whenever it is told to, and prints how long each write took. */
final class WriterProcess {

    private static final Duration ROUND = Duration.ofSeconds(4);

    private WriterProcess() {}

    /** Says where the lake is, for the environment of the process. */
    static Map<String, String> environment(CatalogSettings.Postgres catalog, StorageSettings.S3 storage) {
        Map<String, String> where = new HashMap<>();
        where.put("WRITER_HOST", catalog.host());
        where.put("WRITER_PORT", String.valueOf(catalog.port()));
        where.put("WRITER_DATABASE", catalog.database());
        where.put("WRITER_USER", catalog.user());
        where.put("WRITER_PASSWORD", catalog.password().reveal());
        where.put("WRITER_ENDPOINT", storage.endpoint());
        where.put("WRITER_SECURE", String.valueOf(storage.secure()));
        where.put("WRITER_BUCKET", storage.bucket());
        where.put("WRITER_ACCESS_KEY", storage.accessKey());
        where.put("WRITER_SECRET_KEY", storage.secretKey().reveal());
        return where;
    }

    static Handle start(String side, Map<String, String> where) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProcess.class.getName(),
                        side))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(where);
        return new Handle(builder.start());
    }

    /** Writes; the argument is the side, which is the table's name as well. */
    public static void main(String[] arguments) throws Exception {
        CatalogSettings.Postgres catalog = CatalogSettings.postgres(
                given("WRITER_HOST"),
                Integer.parseInt(given("WRITER_PORT")),
                given("WRITER_DATABASE"),
                given("WRITER_USER"),
                Secret.of(given("WRITER_PASSWORD")));
        StorageSettings.S3 storage = StorageSettings.S3
                .builder(given("WRITER_ENDPOINT"), given("WRITER_BUCKET"))
                .credentials(given("WRITER_ACCESS_KEY"), Secret.of(given("WRITER_SECRET_KEY")))
                .secure(Boolean.parseBoolean(given("WRITER_SECURE")))
                .build();
        if (arguments[0].equals("ours")) {
            try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.builder()
                            .catalog(catalog)
                            .storage(storage)
                            .writeFence(true)
                            .build());
                    RowWriter writer = lake.rowWriter("ours")) {
                serve(16, () -> () -> writer.write(Measurements.values(1)).join());
            }
        } else {
            try (RawLake raw = RawLake.servers(catalog, storage)) {
                serve(1, raw.insister("INSERT INTO peers" + Measurements.VALUES));
            }
        }
        System.exit(0);
    }

    private static String given(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    /** Runs a round for each line that comes in. */
    private static void serve(int callers, Callers.CallSource source) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        while (in.readLine() != null) {
            Latencies latencies = new Latencies();
            double rate = Callers.rate(callers, ROUND, latencies, source);
            System.out.println(rate + latencies.inNanos());
        }
    }

    /** The process, as seen from outside. */
    static final class Handle {

        private final Process process;
        private final BufferedReader out;

        private Handle(Process process) {
            this.process = process;
            this.out = process.inputReader(StandardCharsets.UTF_8);
        }

        void awaitReady() throws IOException {
            String line = out.readLine();
            if (!"ready".equals(line)) {
                throw new IllegalStateException("a writer process did not start: " + line);
            }
        }

        void begin() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** Waits for the end of its round and returns how many rows a second it wrote. */
        double end(Latencies latencies) throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("a writer process ended before its time");
            }
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                latencies.add(Long.parseLong(words[i]));
            }
            return Double.parseDouble(words[0]);
        }

        /** Lets it end, and waits for that. */
        void end() throws IOException, InterruptedException {
            process.getOutputStream().close();
            process.waitFor();
        }
    }
}
