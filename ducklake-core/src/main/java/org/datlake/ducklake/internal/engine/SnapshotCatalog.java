package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.internal.sql.SqlText;

/**
 * The lake as it was at a snapshot, as a catalog of views in memory: each table is a view that reads it AT that
 * version. DuckLake can attach a snapshot itself, but not beside the lake when the catalog is a DuckDB file.
 */
public final class SnapshotCatalog {

    private final DuckDbInstance instance;
    private final String alias;
    private final long snapshotId;
    private final String metadata;

    private SnapshotCatalog(DuckLakeSettings settings, DuckDbInstance instance, String alias, long snapshotId) {
        this.instance = instance;
        this.alias = alias;
        this.snapshotId = snapshotId;
        this.metadata = metadata(settings);
    }

    /** Names the place of DuckLake's own tables. */
    public static String metadata(DuckLakeSettings settings) {
        String schema = settings.catalog() instanceof CatalogSettings.Postgres ? settings.metadataSchema() : "main";
        return SqlText.identifier("__ducklake_metadata_" + settings.alias()) + "." + SqlText.identifier(schema);
    }

    /** Writes the condition for rows of DuckLake's tables that were valid at a snapshot. */
    public static String validAt(String table, long snapshotId) {
        return "(" + table + ".begin_snapshot <= " + snapshotId + " AND (" + table + ".end_snapshot IS NULL OR " + table
                + ".end_snapshot > " + snapshotId + "))";
    }

    /**
     * Creates the catalog. For workers.
     *
     * @return whether there is such a snapshot
     */
    public static boolean create(DuckLakeSettings settings, DuckDbInstance instance, String alias, long snapshotId)
            throws SQLException {
        return new SnapshotCatalog(settings, instance, alias, snapshotId).create();
    }

    /** Drops a catalog that {@link #create} made. For workers. */
    public static void drop(DuckDbInstance instance, String alias) throws SQLException {
        instance.run("DETACH DATABASE IF EXISTS " + SqlText.identifier(alias));
    }

    private boolean create() throws SQLException {
        List<Map<String, String>> found = instance.read(
                "SELECT 1 AS found FROM " + metadata + ".ducklake_snapshot WHERE snapshot_id = " + snapshotId);
        if (found.isEmpty()) {
            return false;
        }
        instance.run("ATTACH IF NOT EXISTS ':memory:' AS " + SqlText.identifier(alias));
        for (Map<String, String> schema : instance.read(
                "SELECT schema_name FROM " + metadata + ".ducklake_schema s WHERE " + validAt("s", snapshotId))) {
            instance.run(
                    "CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(alias) + "." + name(schema, "schema_name"));
        }
        for (Map<String, String> table : objects("ducklake_table", "table_name")) {
            String path = name(table, "schema_name") + "." + name(table, "table_name");
            instance.run("CREATE OR REPLACE VIEW " + SqlText.identifier(alias) + "." + path + " AS SELECT * FROM "
                    + SqlText.identifier(instance.alias()) + "." + path + " AT (VERSION => " + snapshotId + ")");
        }
        for (Map<String, String> view : objects("ducklake_view", "view_name, o.sql")) {
            createView(view);
        }
        return true;
    }

    private List<Map<String, String>> objects(String table, String columns) throws SQLException {
        return instance.read("SELECT s.schema_name, o." + columns + " FROM " + metadata + "." + table + " o JOIN "
                + metadata + ".ducklake_schema s ON s.schema_id = o.schema_id WHERE " + validAt("o", snapshotId));
    }

    /** The lake's own views read what is beside them, so they show the same moment. */
    private void createView(Map<String, String> view) throws SQLException {
        String path = name(view, "schema_name") + "." + name(view, "view_name");
        String sql = view.getOrDefault("sql", "").replace("{DUCKLAKE_CATALOG}", SqlText.identifier(alias));
        instance.run("CREATE OR REPLACE VIEW " + SqlText.identifier(alias) + "." + path + " AS " + sql);
    }

    private static String name(Map<String, String> row, String column) {
        return SqlText.identifier(row.getOrDefault(column, ""));
    }
}
