package org.datlake.ducklake.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.LakeKind;

class PostgresAndMinioIT {

    @DuckLakeTest(LakeKind.POSTGRES_AND_S3)
    void the_example_runs_and_runs_again(DisposableLake place) {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        StorageSettings.S3 storage = (StorageSettings.S3) place.storage();
        Map<String, String> environment = Map.of(
                "PGHOST", catalog.host(),
                "PGPORT", Integer.toString(catalog.port()),
                "PGDATABASE", catalog.database(),
                "PGUSER", catalog.user(),
                "PGPASSWORD", catalog.password().reveal(),
                "S3_ENDPOINT", storage.endpointUri().toString(),
                "S3_BUCKET", storage.bucket(),
                "S3_KEY", storage.accessKey(),
                "S3_SECRET", storage.secretKey().reveal());

        for (int i = 0; i < 2; i++) {
            String output = Output.of(() -> PostgresAndMinio.run(PostgresAndMinio.settings(environment)));

            assertThat(output.lines())
                    .containsExactly("customer 0: 4995000.0", "customer 1: 4996000.0", "customer 2: 4997000.0");
        }
    }
}
