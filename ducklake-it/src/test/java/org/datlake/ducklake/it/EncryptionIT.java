package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.LakeKind;
import org.datlake.ducklake.testing.S3Server;

class EncryptionIT {

    private static final String CANARY = "CANARY-IN-A-ROW-4711";

    @DuckLakeTest(LakeKind.POSTGRES_AND_S3)
    void objects_in_the_bucket_are_encrypted_parquet(DisposableLake place) throws Exception {
        place.client().execute("CREATE TABLE secrets AS SELECT range AS id, ? AS text FROM range(5000)", CANARY);
        place.client().execute("DELETE FROM secrets WHERE id % 2 = 0");

        List<byte[]> objects = objects(place);

        assertThat(objects).hasSizeGreaterThanOrEqualTo(2).allSatisfy(content -> {
            assertThat(ascii(content)).startsWith("PARE").endsWith("PARE").doesNotContain("CANARY");
        });
    }

    @DuckLakeTest(LakeKind.POSTGRES_AND_S3)
    void objects_of_a_plain_lake_are_plain_parquet(DisposableLake place) throws Exception {
        try (DuckLakeClient lake =
                DuckLakeClient.connect(place.settings().encrypted(false).build())) {
            lake.execute("CREATE TABLE open AS SELECT range AS id, ? AS text FROM range(5000)", CANARY);
        }

        assertThat(objects(place))
                .isNotEmpty()
                .allSatisfy(content -> assertThat(ascii(content)).startsWith("PAR1"));
    }

    @DuckLakeTest(LakeKind.POSTGRES_AND_S3)
    void strict_encryption_keeps_single_rows_out_of_the_catalog(DisposableLake place) throws Exception {
        try (DuckLakeClient lake =
                DuckLakeClient.connect(place.settings().encryptionStrict(true).build())) {
            lake.execute("CREATE TABLE secrets (text VARCHAR)");
            lake.execute("INSERT INTO secrets VALUES (?)", CANARY);

            assertThat(lake.info().dataInliningRowLimit()).isZero();
            assertThat(lake.tables())
                    .singleElement()
                    .satisfies(table -> assertThat(table.inlinedRows()).isZero());
        }

        assertThat(objects(place))
                .hasSize(1)
                .allSatisfy(content -> assertThat(ascii(content)).startsWith("PARE"));
    }

    private static List<byte[]> objects(DisposableLake place) throws Exception {
        String bucket = ((StorageSettings.S3) place.storage()).bucket();
        MinioClient s3 = S3Server.shared().client();
        List<byte[]> contents = new ArrayList<>();
        for (String name : S3Server.shared().objects(bucket)) {
            try (InputStream in = s3.getObject(
                    GetObjectArgs.builder().bucket(bucket).object(name).build())) {
                contents.add(in.readAllBytes());
            }
        }
        return contents;
    }

    private static String ascii(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
