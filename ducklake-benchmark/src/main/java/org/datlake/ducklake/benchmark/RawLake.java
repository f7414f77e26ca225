package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.duckdb.DuckDBConnection;

/** The peer: DuckDB's JDBC driver with DuckLake, as its documentation shows it. */
final class RawLake implements AutoCloseable {

    private final DuckDBConnection connection;

    private RawLake(DuckDBConnection connection) {
        this.connection = connection;
    }

    /** Attaches an embedded lake, which nobody else may have open. */
    static RawLake embedded(Path directory) throws SQLException, IOException {
        Files.createDirectories(directory);
        Properties properties = new Properties();
        properties.setProperty("autoinstall_known_extensions", "false");
        DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOAD ducklake");
            statement.execute("LOAD httpfs");
            statement.execute("ATTACH 'ducklake:" + directory.resolve("catalog.ducklake") + "' AS lake (DATA_PATH '"
                    + directory.resolve("files") + "/', ENCRYPTED true, DATA_INLINING_ROW_LIMIT 1000)");
        }
        return new RawLake(connection);
    }

    /** Attaches a lake on servers, which exists. */
    static RawLake servers(CatalogSettings.Postgres catalog, StorageSettings.S3 storage) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("autoinstall_known_extensions", "false");
        DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
        try (Statement statement = connection.createStatement()) {
            for (String extension : new String[] {"ducklake", "httpfs", "postgres_scanner"}) {
                statement.execute("LOAD " + extension);
            }
            statement.execute("CREATE SECRET s3 (TYPE s3, KEY_ID '" + storage.accessKey() + "', SECRET '"
                    + storage.secretKey().reveal() + "', ENDPOINT '" + storage.endpoint()
                    + "', URL_STYLE 'path', USE_SSL " + storage.secure() + ", REGION '" + storage.region() + "')");
            statement.execute("CREATE SECRET pg (TYPE postgres, HOST '" + catalog.host() + "', PORT " + catalog.port()
                    + ", DATABASE '" + catalog.database() + "', USER '" + catalog.user() + "', PASSWORD '"
                    + catalog.password().reveal() + "')");
            statement.execute("ATTACH 'ducklake:postgres:' AS lake (META_SECRET 'pg', METADATA_SCHEMA 'ducklake',"
                    + " META_SCHEMA 'ducklake', DATA_INLINING_ROW_LIMIT 1000)");
        }
        return new RawLake(connection);
    }

    /** Makes callers that run a statement in auto-commit mode, each on a connection of its own. */
    Callers.CallSource inserter(String sql) {
        return () -> {
            Connection own = duplicate();
            return () -> {
                try (Statement statement = own.createStatement()) {
                    statement.execute(sql);
                }
            };
        };
    }

    /** Makes callers who say again what failed because writers of other processes were in the way, until it is done. */
    Callers.CallSource insister(String sql) {
        return () -> {
            Callers.Call once = inserter(sql).open();
            return () -> {
                while (!done(once)) {
                    // Nothing was committed; the engine has waited long enough.
                }
            };
        };
    }

    private static boolean done(Callers.Call call) throws Exception {
        try {
            call.run();
            return true;
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("maximum retry count")) {
                return false;
            }
            throw e;
        }
    }

    /** Returns a duplicate whose default is the lake. */
    Connection duplicate() throws SQLException {
        Connection duplicate = connection.duplicate();
        try (Statement statement = duplicate.createStatement()) {
            statement.execute("USE lake");
        }
        return duplicate;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
