package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;
import org.duckdb.DuckDBDriver;

/**
 * From the start of a process to the end of it, with one query on a lake in between: our launcher against a program on
 * the plain driver, and against DuckDB's Python client. Both sides of a duel read the same lake.
 */
final class ColdStart {

    static final String QUERY = "SELECT count(*) AS n, max(note) AS last FROM lake.notes";

    private static final String ANSWER = "n,last\n5000,note 999\n";
    private static final int WARM_UPS = 2;
    private static final int ROUNDS = 11;

    private ColdStart() {}

    static List<String> run(Path scratch) throws Exception {
        return List.of(servers().line(), embedded(scratch).line());
    }

    private static Figure servers() throws Exception {
        try (DisposableLake lake = DisposableLake.create(LakeKind.POSTGRES_AND_S3)) {
            fill(lake.settings().build());
            Map<String, String> environment =
                    environment((CatalogSettings.Postgres) lake.catalog(), (StorageSettings.S3) lake.storage());
            String classPath = placeOf(DuckDBDriver.class) + ":" + placeOf(RawStart.class);
            Program raw = Program.java(RawStart.class, classPath, List.of(), List.of());
            return duel("start to query, PostgreSQL + S3, launcher / raw JDBC", environment, raw)
                    .against(Goal.atMost(0.8), "ms");
        }
    }

    private static Figure embedded(Path scratch) throws Exception {
        fill(DuckLakeSettings.embedded(scratch));
        Map<String, String> environment = Map.of("DB_DUCKLAKE_PATH", scratch.toString());
        Program python = new Program(List.of(given("benchmark.python"), "-c", text("first_query.py"), QUERY));
        return duel("start to query, embedded lake, launcher / Python", environment, python)
                .against(Goal.atMost(1.5), "ms");
    }

    /** The lake is as a client with default settings makes it: encrypted, with a data file. */
    private static void fill(DuckLakeSettings settings) {
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            lake.execute("CREATE TABLE notes AS SELECT range AS id, 'note ' || range AS note FROM range(5000)");
        }
    }

    private static Duel.Result duel(String name, Map<String, String> environment, Program peer) throws Exception {
        Program ours = new Program(List.of(given("benchmark.launcher"), "sql", QUERY))
                .with(environment)
                .with(Map.of("JAVA_HOME", given("java.home")));
        Program theirs = peer.with(environment);
        return new Duel(name, () -> ours.millis(ANSWER), () -> theirs.millis(ANSWER)).run(WARM_UPS, ROUNDS);
    }

    private static Map<String, String> environment(CatalogSettings.Postgres catalog, StorageSettings.S3 storage) {
        return Map.of(
                "DB_POSTGRES_HOST", catalog.host(),
                "DB_POSTGRES_PORT", Integer.toString(catalog.port()),
                "DB_POSTGRES_DB", catalog.database(),
                "DB_POSTGRES_USER", catalog.user(),
                "DB_POSTGRES_PASSWORD", catalog.password().reveal(),
                "STORAGE_MINIO_ENDPOINT", storage.endpoint(),
                "STORAGE_MINIO_ACCESS_KEY", storage.accessKey(),
                "STORAGE_MINIO_SECRET_KEY", storage.secretKey().reveal(),
                "STORAGE_DEFAULT_BUCKET", storage.bucket());
    }

    private static String placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(ColdStart.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String given(String property) {
        return Objects.requireNonNull(System.getProperty(property), property);
    }
}
