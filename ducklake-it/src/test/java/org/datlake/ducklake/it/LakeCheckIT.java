package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_S3;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetBucketVersioningArgs;
import io.minio.errors.MinioException;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LakeCheck;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;
import org.datlake.ducklake.LakeCheck.Restoration;
import org.datlake.ducklake.LakeCheck.Severity;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.S3Server;

/** A check finds what is wrong, wherever catalog and data are, and nothing else. */
class LakeCheckIT {

    private static final int CHECKS = Integer.getInteger("datlake.checks", 8);
    private static final int WRITERS = 4;

    private static final CheckOptions EVERYTHING =
            CheckOptions.defaults().withDeep(true).withOrphanAge(Duration.ZERO);

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void what_is_missing_or_left_over_is_found_and_nothing_else(DisposableLake place) throws Exception {
        DuckLakeClient lake = place.client();
        lake.execute("CREATE SCHEMA \"My s/x?\"");
        lake.execute("CREATE TABLE \"My s/x?\".\"a b\" AS SELECT range AS i FROM range(5000)");
        lake.execute("CREATE TABLE parts (i BIGINT, p VARCHAR)");
        lake.execute("ALTER TABLE parts SET PARTITIONED BY (p)");
        lake.execute("INSERT INTO parts SELECT range, 'x y/ü%+=&' || range % 2 FROM range(6000)");
        lake.execute("INSERT INTO parts SELECT range, 'x' FROM range(5)");
        lake.execute("DELETE FROM parts WHERE i < 2000");
        lake.execute("UPDATE parts SET i = -i WHERE i < 4500");
        lake.execute("CALL ducklake_flush_inlined_data('lake')");

        LakeCheck sound = lake.check(EVERYTHING);
        assertThat(sound.findings()).isEmpty();
        assertThat(sound.tables()).isEqualTo(2);
        assertThat(sound.dataFiles()).isGreaterThanOrEqualTo(5);
        assertThat(sound.deleteFiles()).isPositive();
        assertThat(sound.keepsVersions().isPresent()).isEqualTo(place.kind().usesS3());

        String gone = lake.query("SELECT DISTINCT filename FROM \"My s/x?\".\"a b\"")
                .as(String.class)
                .one();
        remove(place, gone);
        write(place, gone + ".stray");

        LakeCheck check = lake.check(EVERYTHING);
        assertThat(check.isSound()).isFalse();
        assertThat(check.findings()).extracting(Finding::kind).containsExactly(Kind.DANGLING_FILE, Kind.ORPHAN);
        assertThat(check.findings().get(0).table()).contains("My s/x?.a b");
        assertThat(check.findings().get(0).path()).isEqualTo(gone);
        assertThat(check.findings().get(0).restoration()).isEqualTo(Restoration.IMPOSSIBLE);
        assertThat(check.findings().get(1).path()).isEqualTo(gone + ".stray");
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void files_are_restored_from_a_bucket_with_versions(DisposableLake place) throws Exception {
        String bucket = ((StorageSettings.S3) place.storage()).bucket();
        S3Server.shared().createBucket(bucket);
        Admin.S3.setBucketVersioning(SetBucketVersioningArgs.builder()
                .bucket(bucket)
                .config(new VersioningConfiguration(VersioningConfiguration.Status.ENABLED, null, null, false))
                .build());
        DuckLakeClient lake = place.client();
        List<String> files = new ArrayList<>();
        for (String table : List.of("deleted", "overwritten", "kept")) {
            lake.execute("CREATE TABLE " + table + " AS SELECT range AS i FROM range(5000)");
            files.add(lake.query("SELECT DISTINCT filename FROM " + table)
                    .as(String.class)
                    .one());
        }
        remove(place, files.get(0));
        remove(place, files.get(0));
        write(place, files.get(1));
        remove(place, files.get(1));

        LakeCheck before = lake.check();
        LakeCheck restored = lake.check(CheckOptions.defaults().withRestore(true));
        LakeCheck after = lake.check(EVERYTHING);

        assertThat(before.keepsVersions()).contains(true);
        assertThat(before.findings()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.DANGLING_FILE);
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.restoration()).isEqualTo(Restoration.POSSIBLE);
        });
        assertThat(restored.isSound()).isTrue();
        assertThat(restored.findings()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.DANGLING_FILE);
            assertThat(finding.restoration()).isEqualTo(Restoration.DONE);
        });
        assertThat(after.findings()).isEmpty();
        assertThat(lake.query("SELECT sum(d.i) FROM deleted d JOIN overwritten o ON o.i = d.i")
                        .as(Long.class)
                        .one())
                .isEqualTo(4999L * 5000 / 2);
    }

    /** {@code -Ddatlake.checks=200} makes it longer. */
    @DuckLakeTest(POSTGRES_AND_S3)
    void a_check_beside_writers_and_maintenance_finds_nothing(DisposableLake place) throws InterruptedException {
        DuckLakeClient lake = place.client();
        StorageSettings.S3 storage = (StorageSettings.S3) place.storage();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong writes = new AtomicLong();
        AtomicLong cleanUps = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        try (DuckLakeClient maintenance = DuckLakeClient.connect(place.settings()
                .storage(StorageSettings.S3
                        .builder(storage.endpointUri().toString(), storage.bucket())
                        .credentials(storage.accessKey(), storage.secretKey())
                        .deleteProtection(false)
                        .build())
                .build())) {
            for (int i = 0; i < WRITERS; i++) {
                String table = "t" + i;
                lake.execute("CREATE TABLE " + table + " (i BIGINT)");
                threads.add(start(() -> {
                    while (!done.get()) {
                        attempt(lake, writes, "INSERT INTO " + table + " SELECT range FROM range(2000)");
                        attempt(lake, writes, "DELETE FROM " + table + " WHERE i % 7 = 3");
                    }
                }));
            }
            threads.add(start(() -> {
                while (!done.get()) {
                    attempt(maintenance, cleanUps, "CALL ducklake_merge_adjacent_files('lake')");
                    attempt(maintenance, cleanUps, "CALL ducklake_expire_snapshots('lake', older_than => now())");
                    attempt(maintenance, cleanUps, "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)");
                }
            }));

            List<LakeCheck> checks = new ArrayList<>();
            try {
                for (int n = 0; n < CHECKS; n++) {
                    checks.add(lake.check(CheckOptions.defaults().withDeep(n % 2 == 1)));
                }
            } finally {
                done.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
            }

            assertThat(writes).hasPositiveValue();
            assertThat(cleanUps).hasPositiveValue();
            assertThat(checks).allSatisfy(check -> assertThat(check.findings()).isEmpty());
            assertThat(checks.get(CHECKS - 1).snapshotId())
                    .isGreaterThan(checks.get(0).snapshotId());
            assertThat(lake.check(CheckOptions.defaults().withDeep(true)).findings())
                    .isEmpty();
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void attempt(DuckLakeClient lake, AtomicLong successes, String sql) {
        try {
            lake.execute(sql);
            successes.incrementAndGet();
        } catch (DuckLakeException e) {
            // Deletes and maintenance conflict; what a check sees meanwhile is what matters here.
            assertThat(e).hasMessageNotContaining("NoSuchKey");
        }
    }

    private static void remove(DisposableLake place, String path) throws IOException, MinioException {
        if (place.storage() instanceof StorageSettings.S3 s3) {
            Admin.S3.removeObject(RemoveObjectArgs.builder()
                    .bucket(s3.bucket())
                    .object(path.substring(s3.dataPath().length()))
                    .build());
        } else {
            Files.delete(Path.of(path));
        }
    }

    private static void write(DisposableLake place, String path) throws IOException, MinioException {
        byte[] content = "stray".getBytes(StandardCharsets.US_ASCII);
        if (place.storage() instanceof StorageSettings.S3 s3) {
            Admin.S3.putObject(PutObjectArgs.builder()
                    .bucket(s3.bucket())
                    .object(path.substring(s3.dataPath().length()))
                    .data(content, content.length)
                    .build());
        } else {
            Files.write(Path.of(path), content);
        }
    }

    /** Making a client takes long where it reads the certificates of the system; only lakes in a bucket need one. */
    private static final class Admin {
        static final MinioClient S3 = S3Server.shared().client();
    }
}
