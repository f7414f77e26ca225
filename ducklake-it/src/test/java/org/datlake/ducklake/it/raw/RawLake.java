package org.datlake.ducklake.it.raw;

import io.minio.credentials.Credentials;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeExtensions;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.StorageSettings;

/** A DuckDB instance of its own that has a lake attached as {@code lake}, by secrets, and nothing else done to it. */
final class RawLake implements AutoCloseable {

    // Finding them checks them, which takes a while.
    private static final List<Path> EXTENSIONS = DuckLakeExtensions.install(EngineSettings.ofDefaults());

    private final Connection connection;

    private RawLake(Connection connection) {
        this.connection = connection;
    }

    /** Attaches with the storage's own keys. */
    static RawLake attach(CatalogSettings.Postgres catalog, StorageSettings.S3 storage, String options)
            throws SQLException {
        Credentials keys =
                new Credentials(storage.accessKey(), storage.secretKey().reveal(), null, null);
        return attach(catalog, storage, keys, options);
    }

    /**
     * Attaches with keys for the storage, which may be those of a session.
     *
     * @param options of ATTACH
     */
    static RawLake attach(
            CatalogSettings.Postgres catalog, StorageSettings.S3 storage, Credentials keys, String options)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("autoinstall_known_extensions", "false");
        RawLake lake = new RawLake(DriverManager.getConnection("jdbc:duckdb:", properties));
        try {
            for (Path extension : EXTENSIONS) {
                lake.execute("LOAD '" + extension + "'");
            }
            lake.execute(postgresSecret(catalog));
            lake.execute(s3Secret(storage, keys));
            lake.execute("CREATE SECRET the_lake (TYPE ducklake, METADATA_PATH '', DATA_PATH '" + storage.dataPath()
                    + "', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'the_catalog'})");
            lake.execute("ATTACH 'ducklake:the_lake' AS lake (" + options + ")");
        } catch (SQLException e) {
            lake.close();
            throw e;
        }
        return lake;
    }

    private static String postgresSecret(CatalogSettings.Postgres catalog) {
        return "CREATE SECRET the_catalog (TYPE postgres, HOST '" + catalog.host() + "', PORT " + catalog.port()
                + ", DATABASE '" + catalog.database() + "', USER '" + catalog.user() + "', PASSWORD '"
                + catalog.password().reveal() + "')";
    }

    private static String s3Secret(StorageSettings.S3 storage, Credentials keys) {
        String token = keys.sessionToken() == null ? "" : ", SESSION_TOKEN '" + keys.sessionToken() + "'";
        return "CREATE SECRET the_storage (TYPE s3, ENDPOINT '" + storage.endpoint() + "', URL_STYLE 'path', USE_SSL "
                + storage.secure() + ", REGION '" + storage.region() + "', KEY_ID '" + keys.accessKey()
                + "', SECRET '" + keys.secretKey() + "'" + token + ")";
    }

    /** Runs a statement, and throws away what it returns. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a statement that is to fail, and returns the engine's message. */
    String failure(String sql) {
        try {
            execute(sql);
        } catch (SQLException e) {
            return e.toString();
        }
        throw new AssertionError("did not fail: " + sql);
    }

    /** Returns the first column of all rows, as text. */
    List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Returns the only number of the only row. */
    long number(String sql) throws SQLException {
        return Long.parseLong(column(sql).get(0));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
