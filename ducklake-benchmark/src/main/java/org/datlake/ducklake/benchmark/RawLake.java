package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
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
