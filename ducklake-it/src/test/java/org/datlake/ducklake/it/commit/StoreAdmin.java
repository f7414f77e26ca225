package org.datlake.ducklake.it.commit;

import io.minio.Signer;
import io.minio.errors.MinioException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.testing.S3Server;

/** What an administrator of MinIO can do to those who use it, through its REST interface. */
final class StoreAdmin {

    static final String READ = "\"s3:Get*\", \"s3:List*\"";
    static final String READ_AND_WRITE = "\"s3:*\"";

    private static final String POLICY = "lake";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final S3Server store;

    StoreAdmin(S3Server store) {
        this.store = store;
    }

    /** Creates a user who may do everything, until {@link #allow}. */
    void createUser(String name, Secret secretKey) {
        Map<String, String> files = Map.of(
                "users",
                        "{\"%s\": {\"secretKey\": \"%s\", \"status\": \"enabled\"}}"
                                .formatted(name, secretKey.reveal()),
                "policies", "{\"%s\": %s}".formatted(POLICY, policy(READ_AND_WRITE)),
                "user_mappings",
                        "{\"%s\": {\"version\": 1, \"policy\": \"%s\", \"updatedAt\": \"2026-01-01T00:00:00Z\"}}"
                                .formatted(name, POLICY));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry("iam-assets/" + file.getKey() + ".json"));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        put("import-iam", bytes.toByteArray());
    }

    /** Allows all users that were created so these actions from now on, and no others. */
    void allow(String actions) {
        put("add-canned-policy?name=" + POLICY, policy(actions).getBytes(StandardCharsets.UTF_8));
    }

    /** Refuses to let a bucket become larger; 0 for no limit. */
    void limit(String bucket, long bytes) {
        String quota = "{\"quota\": %d, \"quotatype\": \"hard\"}".formatted(bytes);
        put("set-bucket-quota?bucket=" + bucket, quota.getBytes(StandardCharsets.UTF_8));
    }

    private static String policy(String actions) {
        return """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Action": [%s], "Resource": ["arn:aws:s3:::*"]}]}""".formatted(actions);
    }

    private void put(String path, byte[] body) {
        try {
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body));
            Request request = new Request.Builder()
                    .url("http://" + store.endpoint() + "/minio/admin/v3/" + path)
                    .header("Host", store.endpoint())
                    .header("x-amz-date", TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
                    .header("x-amz-content-sha256", hash)
                    .put(RequestBody.create(body))
                    .build();
            Request signed = Signer.signV4S3(
                    request, "us-east-1", store.accessKey(), store.secretKey().reveal(), hash);
            try (Response response = new OkHttpClient().newCall(signed).execute()) {
                if (!response.isSuccessful()) {
                    throw new IllegalStateException(path + " was answered with " + response + ": "
                            + response.body().string());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MinioException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
