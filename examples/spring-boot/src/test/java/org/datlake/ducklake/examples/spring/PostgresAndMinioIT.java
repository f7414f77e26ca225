package org.datlake.ducklake.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.examples.spring.Caller.array;
import static org.datlake.ducklake.examples.spring.Caller.json;
import static org.datlake.ducklake.examples.spring.Caller.measurement;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class PostgresAndMinioIT {

    private static final String ROWS = array(measurement("roof", 8, 21.5));
    private static final String READ = "/measurements?sensor=roof";

    @Test
    void the_backends_names_lead_to_postgresql_and_s3_and_an_outage_of_the_catalog_is_outlived() {
        StorageSettings.S3 storage = S3Server.shared().newBucket();
        try (PostgresServer postgres = PostgresServer.launch();
                ConfigurableApplicationContext application = start(postgres.newDatabase(), storage)) {
            Caller caller = new Caller(application.getEnvironment());

            assertThat(caller.post("first", ROWS).statusCode()).isEqualTo(200);
            assertThat(S3Server.shared().objects(storage.bucket())).isNotEmpty();
            assertThat(json(caller.get(READ))).hasSize(1);

            postgres.stop();
            awaitReadiness(caller, 503);
            for (HttpResponse<String> refused : List.of(caller.post("second", ROWS), caller.get(READ))) {
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
                assertThat(json(refused).get("detail").asString()).startsWith("the lake is not there now");
            }

            postgres.start();
            awaitReadiness(caller, 200);
            assertThat(caller.post("second", ROWS).statusCode()).isEqualTo(200);
            assertThat(json(caller.get(READ))).hasSize(2);
        } finally {
            S3Server.shared().removeBucket(storage.bucket());
        }
    }

    private static void awaitReadiness(Caller caller, int status) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> caller.get("/actuator/health/readiness").statusCode() == status);
    }

    private static ConfigurableApplicationContext start(CatalogSettings.Postgres catalog, StorageSettings.S3 storage) {
        return SpringApplication.run(
                MeasurementsApplication.class,
                "--server.port=0",
                "--DB_POSTGRES_HOST=" + catalog.host(),
                "--DB_POSTGRES_PORT=" + catalog.port(),
                "--DB_POSTGRES_DB=" + catalog.database(),
                "--DB_POSTGRES_USER=" + catalog.user(),
                "--DB_POSTGRES_PASSWORD=" + catalog.password().reveal(),
                "--DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT=0",
                "--DB_DUCKLAKE_OPERATION_TIMEOUT=5",
                "--STORAGE_MINIO_ENDPOINT=" + storage.endpointUri(),
                "--STORAGE_MINIO_ACCESS_KEY=" + storage.accessKey(),
                "--STORAGE_MINIO_SECRET_KEY=" + storage.secretKey().reveal(),
                "--STORAGE_DEFAULT_BUCKET=" + storage.bucket(),
                "--FEATURE_ENABLE_S3_ENCRYPTION=false");
    }
}
