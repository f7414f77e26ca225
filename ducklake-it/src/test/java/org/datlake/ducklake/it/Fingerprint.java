package org.datlake.ducklake.it;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;

/**
 * What is in catalog and bucket, to compare before with after.
 *
 * @param tables a checksum of the rows of each table of the catalog's database
 * @param objects the names of the objects
 */
record Fingerprint(Map<String, String> tables, List<String> objects) {

    static Fingerprint of(DisposableLake place) throws SQLException {
        Map<String, String> tables = new TreeMap<>();
        if (place.catalog() instanceof CatalogSettings.Postgres postgres) {
            try (Connection connection = PostgresServer.shared().connect(postgres.database())) {
                for (String table : tableNames(connection)) {
                    tables.put(table, checksum(connection, table));
                }
            }
        }
        List<String> objects = place.storage() instanceof StorageSettings.S3 s3
                ? S3Server.shared().objects(s3.bucket())
                : List.of();
        return new Fingerprint(tables, objects);
    }

    private static List<String> tableNames(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                        + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static String checksum(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM "
                                + table + " t")) {
            row.next();
            return row.getString(1);
        }
    }
}
