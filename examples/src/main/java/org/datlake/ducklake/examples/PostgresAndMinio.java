package org.datlake.ducklake.examples;

import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;

/** A lake that many processes share: the catalog in PostgreSQL, the data in MinIO or another S3-compatible store. */
public final class PostgresAndMinio {

    private PostgresAndMinio() {}

    /** A row of the result. */
    public record Total(String customer, double amount) {}

    /** Runs the example; servers and keys come from the environment, see {@link #settings}. */
    public static void main(String[] arguments) {
        run(settings(System.getenv()));
    }

    /** Makes settings of PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET. */
    static DuckLakeSettings settings(Map<String, String> environment) {
        return DuckLakeSettings.builder()
                .catalog(CatalogSettings.postgres(
                        environment.getOrDefault("PGHOST", "localhost"),
                        Integer.parseInt(environment.getOrDefault("PGPORT", "5432")),
                        environment.getOrDefault("PGDATABASE", "ducklakedb"),
                        environment.getOrDefault("PGUSER", "lake"),
                        Secret.of(environment.getOrDefault("PGPASSWORD", ""))))
                .storage(StorageSettings.minio(
                        environment.getOrDefault("S3_ENDPOINT", "localhost:9000"),
                        environment.getOrDefault("S3_BUCKET", "ducklake-data"),
                        environment.getOrDefault("S3_KEY", "minioadmin"),
                        Secret.of(environment.getOrDefault("S3_SECRET", "minioadmin"))))
                .encrypted(true)
                .dataInliningRowLimit(1000)
                .build();
    }

    static void run(DuckLakeSettings settings) {
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            lake.execute("CREATE TABLE IF NOT EXISTS orders (customer VARCHAR, amount DOUBLE)");

            // The closure runs again when another process got in the way; it commits once.
            lake.useTransaction(transaction -> {
                transaction.execute("DELETE FROM orders");
                transaction.execute("INSERT INTO orders SELECT 'customer ' || (range % 10), range FROM range(10000)");
            });

            lake.query("SELECT customer, sum(amount) AS amount FROM orders GROUP BY customer ORDER BY customer LIMIT 3")
                    .as(Total.class)
                    .forEach(total -> System.out.println(total.customer() + ": " + total.amount()));
        }
    }
}
