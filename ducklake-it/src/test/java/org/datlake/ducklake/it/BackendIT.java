package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on PostgreSQL and MinIO. */
class BackendIT {

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration TRUTH = Duration.ofSeconds(5);
    private static final Duration FIRST_CALL = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private PostgresServer postgres;
    private S3Server s3;
    private StorageSettings.S3 bucket;
    private Map<String, String> environment;

    @BeforeEach
    void launch() {
        postgres = PostgresServer.launch();
        s3 = S3Server.launch();
        CatalogSettings.Postgres catalog = postgres.newDatabase();
        bucket = s3.newBucket();
        environment = Backend.environment(catalog, bucket);
    }

    @AfterEach
    void end() {
        postgres.close();
        s3.close();
    }

    @Test
    void the_same_commands_work_on_postgresql_and_minio() throws Exception {
        Path file = Files.writeString(directory.resolve("towns.csv"), "name,people\nBonn,335000\nUlm,128000\n");

        assertThat(Backend.run(directory, environment, "check"))
                .satisfies(
                        result -> assertThat(result.code()).as(result.output()).isZero());
        assertThat(Backend.run(directory, environment, "load", file.toString(), "--table", "towns"))
                .satisfies(
                        result -> assertThat(result.code()).as(result.output()).isZero());
        assertThat(Backend.run(directory, environment, "sql", "SELECT sum(people) AS people FROM towns"))
                .satisfies(result -> assertThat(result.output()).contains("463000"));
        try (Backend backend = Backend.serve(directory, environment, "--sample")) {
            backend.await("/health", 200, START);

            assertThat(backend.get("/config/ducklake").body())
                    .contains("\"formatVersion\"")
                    .contains("1.0")
                    .contains("postgres");
            // The sample is loaded once the server is ready.
            Awaitility.await()
                    .atMost(START)
                    .untilAsserted(
                            () -> assertThat(backend.get("/api/v1/tables").body())
                                    .contains("towns", "airports", "wildlife_strikes"));
            assertThat(backend.terminate()).isIn(0, 143);
        }
        assertThat(s3.objects(bucket.bucket())).isNotEmpty();
    }

    @Test
    void it_starts_while_catalog_and_storage_are_down_and_becomes_ready_when_they_come() throws Exception {
        postgres.stop();
        s3.stop();
        try (Backend backend = Backend.serve(directory, environment)) {
            backend.await("/health/live", 200, START);
            assertThat(backend.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(backend.get("/health/started").statusCode()).isEqualTo(503);
            assertThat(backend.get("/api/v1/tables").statusCode()).isEqualTo(503);

            postgres.start();
            s3.start();

            backend.await("/health/ready", 200, START);
            assertThat(backend.get("/health/started").statusCode()).isEqualTo(200);
            assertThat(backend.get("/api/v1/tables").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void health_tells_the_truth_while_the_catalog_ends_and_comes_back() throws Exception {
        try (Backend backend = Backend.serve(directory, environment)) {
            backend.await("/health", 200, START);

            postgres.stop();
            assertThat(backend.await("/health", 503, TRUTH).body()).contains("catalog");
            assertThat(backend.get("/health/live").statusCode()).isEqualTo(200);

            postgres.start();
            backend.await("/api/v1/tables", 200, FIRST_CALL);
            backend.await("/health", 200, TRUTH);
        }
    }

    @Test
    void while_only_the_storage_is_down_health_is_degraded_and_small_writes_still_work() throws Exception {
        try (Backend backend = Backend.serve(directory, environment, "--sample")) {
            backend.await("/health", 200, START);
            Awaitility.await()
                    .atMost(START)
                    .untilAsserted(() ->
                            assertThat(backend.get("/api/v1/tables").body()).contains("airports", "wildlife_strikes"));
            assertThat(backend.get("/health").body()).contains("\"state\":\"ready\"");

            s3.stop();
            awaitHealth(backend, "\"state\":\"degraded\"");
            assertThat(backend.get("/health").statusCode()).isEqualTo(200);
            assertThat(backend.get("/health").body()).contains("\"lastError\"");
            assertThat(backend.get("/api/v1/tables").statusCode()).isEqualTo(200);
            assertThat(backend.post(
                                    "/api/v1/tables/main/airports/rows",
                                    "application/x-ndjson",
                                    "{\"iata\": \"XYZ\"}",
                                    "while-down")
                            .statusCode())
                    .isEqualTo(200);

            s3.start();
            awaitHealth(backend, "\"state\":\"ready\"");
            assertThat(backend.get("/health").body()).contains("\"lastError\"");
        }
    }

    private static void awaitHealth(Backend backend, String text) {
        Awaitility.await()
                .atMost(TRUTH)
                .untilAsserted(() -> assertThat(backend.get("/health").body()).contains(text));
    }

    @Test
    void a_wrong_password_is_one_clear_error_without_the_password() throws Exception {
        environment.put("DB_POSTGRES_PASSWORD", "CANARY-4711-wrong");

        Backend.Result check = Backend.run(directory, environment, "check");
        Backend.Result sql = Backend.run(directory, environment, "sql", "SELECT 1");

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.output()).contains("password").doesNotContain("CANARY");
        assertThat(sql.code()).isNotZero();
        assertThat(sql.output()).contains("password").doesNotContain("CANARY").doesNotContain("\tat ");
        try (Backend backend = Backend.serve(directory, environment)) {
            backend.await("/health/live", 200, START);
            String bodies = backend.get("/health").body()
                    + backend.get("/config/summary").body()
                    + backend.get("/config/ducklake").body()
                    + backend.get("/api/v1/tables").body()
                    + backend.get("/metrics").body();
            assertThat(bodies).contains("password").doesNotContain("CANARY");
            assertThat(backend.log()).doesNotContain("CANARY");
        }
        assertThat(s3.objects(bucket.bucket())).isEmpty();
    }
}
