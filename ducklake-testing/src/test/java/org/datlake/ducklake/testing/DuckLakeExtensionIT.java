package org.datlake.ducklake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.StorageSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DuckLakeExtensionIT {

    private static final Set<LakeKind> SEEN = EnumSet.noneOf(LakeKind.class);

    @AfterAll
    static void every_kind_was_run() {
        assertThat(SEEN).containsExactlyInAnyOrder(LakeKind.values());
    }

    @DuckLakeTest({LakeKind.FILE_AND_LOCAL, LakeKind.FILE_AND_S3, LakeKind.POSTGRES_AND_LOCAL, LakeKind.POSTGRES_AND_S3
    })
    void a_lake_of_each_kind_is_new_and_its_own(DisposableLake place, DuckLakeClient lake) {
        SEEN.add(place.kind());

        assertThat(place.client()).isSameAs(lake);
        assertThat(place.catalog())
                .isInstanceOf(
                        place.kind().usesPostgres()
                                ? CatalogSettings.Postgres.class
                                : CatalogSettings.DuckDbFile.class);
        assertThat(place.storage())
                .isInstanceOf(place.kind().usesS3() ? StorageSettings.S3.class : StorageSettings.Local.class);
        assertThat(lake.tables()).isEmpty();

        lake.execute("CREATE TABLE numbers AS SELECT range AS n FROM range(5000)");

        assertThat(lake.query("SELECT count(*) FROM numbers").as(Long.class).one())
                .isEqualTo(5000);
    }

    @Test
    void closing_removes_bucket_database_and_directory() throws Exception {
        DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
        place.client().execute("CREATE TABLE numbers AS SELECT range AS n FROM range(5000)");
        String bucket = ((StorageSettings.S3) place.storage()).bucket();
        String database = ((CatalogSettings.Postgres) place.catalog()).database();
        Path directory = place.directory();
        assertThat(S3Server.shared().objects(bucket)).isNotEmpty();

        place.close();

        assertThat(S3Server.shared().objects(bucket)).isEmpty();
        assertThat(Files.exists(directory)).isFalse();
        try (var connection = PostgresServer.shared().connect("postgres");
                var statement = connection.prepareStatement("SELECT count(*) FROM pg_database WHERE datname = ?")) {
            statement.setString(1, database);
            try (var result = statement.executeQuery()) {
                result.next();
                assertThat(result.getInt(1)).isZero();
            }
        }
    }
}
