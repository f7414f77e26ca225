package org.datlake.ducklake.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;

/**
 * The peer of the launcher's start: what the documentations of DuckDB and DuckLake show, as a program of its own. Reads
 * the same environment as the launcher.
 */
final class RawStart {

    private static final Map<String, String> ENVIRONMENT = System.getenv();

    private RawStart() {}

    /** Runs the query of {@link ColdStart} and prints what the launcher prints. */
    public static void main(String[] arguments) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("LOAD ducklake");
            statement.execute("LOAD postgres");
            statement.execute("LOAD httpfs");
            statement.execute("CREATE SECRET (TYPE s3, KEY_ID '" + given("STORAGE_MINIO_ACCESS_KEY") + "', SECRET '"
                    + given("STORAGE_MINIO_SECRET_KEY") + "', ENDPOINT '" + given("STORAGE_MINIO_ENDPOINT")
                    + "', URL_STYLE 'path', USE_SSL false, REGION 'us-east-1')");
            statement.execute("CREATE SECRET (TYPE postgres, HOST '" + given("DB_POSTGRES_HOST") + "', PORT "
                    + given("DB_POSTGRES_PORT") + ", DATABASE '" + given("DB_POSTGRES_DB") + "', USER '"
                    + given("DB_POSTGRES_USER") + "', PASSWORD '" + given("DB_POSTGRES_PASSWORD") + "')");
            statement.execute("ATTACH 'ducklake:postgres:' AS lake (DATA_PATH 's3://" + given("STORAGE_DEFAULT_BUCKET")
                    + "/', METADATA_SCHEMA 'ducklake')");
            try (ResultSet row = statement.executeQuery(ColdStart.QUERY)) {
                row.next();
                System.out.print("n,last\n" + row.getLong(1) + "," + row.getString(2) + "\n");
            }
        }
    }

    private static String given(String name) {
        return Objects.requireNonNull(ENVIRONMENT.get(name), name);
    }
}
