package org.datlake.ducklake.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.LakeInfo;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.TableInfo.Column;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/** Asks a lake about itself, through DuckLake's own functions. */
final class LakeMetadata {

    private final DuckLakeSettings settings;
    private final String alias;
    private final Function<String, Query<Row>> query;

    /**
     * Makes a reader.
     *
     * @param alias the attached lake, or the attached lake at a snapshot
     * @param query prepares a statement without parameters
     */
    LakeMetadata(DuckLakeSettings settings, String alias, Function<String, Query<Row>> query) {
        this.settings = settings;
        this.alias = alias;
        this.query = query;
    }

    List<Snapshot> snapshots() {
        return snapshots("", "");
    }

    List<Snapshot> snapshots(long after, int most) {
        return snapshots(" WHERE snapshot_id > " + after, " LIMIT " + most);
    }

    private List<Snapshot> snapshots(String condition, String limit) {
        return query.apply("SELECT snapshot_id, snapshot_time, schema_version, changes, author, commit_message, "
                        + "commit_extra_info FROM " + LakeFunctions.call("snapshots", alias)
                        + condition + " ORDER BY snapshot_id" + limit)
                .map(LakeMetadata::snapshot)
                .list();
    }

    private static Snapshot snapshot(Row row) {
        Map<String, List<String>> changes = new LinkedHashMap<>();
        Map<?, ?> found = row.get("changes", Map.class);
        if (found != null) {
            found.forEach((key, values) -> changes.put(
                    String.valueOf(key),
                    values instanceof List<?> list
                            ? list.stream().map(String::valueOf).toList()
                            : List.of()));
        }
        return new Snapshot(
                row.getLong("snapshot_id"),
                Objects.requireNonNull(row.get("snapshot_time", Instant.class)),
                row.getLong("schema_version"),
                changes,
                Optional.ofNullable(row.getString("author")),
                Optional.ofNullable(row.getString("commit_message")),
                Optional.ofNullable(row.getString("commit_extra_info")));
    }

    /** Returns a table that was there at a snapshot, and how many rows it has now. */
    Optional<TableInfo> table(String schema, String name, long snapshotId) {
        return tables(snapshotId).stream()
                .filter(table -> table.schema().equals(schema) && table.name().equals(name))
                .findFirst()
                .map(table -> table.withRows(query.apply("SELECT count(*) FROM " + SqlText.identifier(alias) + "."
                                + SqlText.identifier(schema) + "." + SqlText.identifier(name))
                        .as(Long.class)
                        .one()));
    }

    /** Returns the tables that were there at a snapshot; their columns as the attached catalog has them. */
    List<TableInfo> tables(long snapshotId) {
        Map<String, List<Column>> columns = columns();
        Map<Long, Long> inlined = inlinedRows(snapshotId);
        TableLayouts layouts = TableLayouts.read(settings, query, snapshotId);
        String metadata = SnapshotCatalog.metadata(settings);
        String sql = """
                SELECT s.schema_name, t.table_name, t.table_id, coalesce(d.files, 0) AS file_count,
                       coalesce(d.bytes, 0) AS file_bytes, coalesce(x.files, 0) AS delete_file_count,
                       coalesce(x.bytes, 0) AS delete_file_bytes
                FROM %1$s.ducklake_table t
                JOIN %1$s.ducklake_schema s ON s.schema_id = t.schema_id
                LEFT JOIN (%2$s) d ON d.table_id = t.table_id
                LEFT JOIN (%3$s) x ON x.table_id = t.table_id
                WHERE %4$s ORDER BY 1, 2""".formatted(
                        metadata,
                        files(metadata, "ducklake_data_file", snapshotId),
                        files(metadata, "ducklake_delete_file", snapshotId),
                        SnapshotCatalog.validAt("t", snapshotId));
        return query.apply(sql)
                .map(row -> table(row, columns, inlined, layouts))
                .list();
    }

    /** Each table with inlined rows has a table of its own in the catalog for each version of its schema. */
    private Map<Long, Long> inlinedRows(long snapshotId) {
        String metadata = SnapshotCatalog.metadata(settings);
        List<String> counts = query.apply(
                        "SELECT table_id, table_name FROM " + metadata + ".ducklake_inlined_data_tables")
                .map(row ->
                        "SELECT " + row.getLong("table_id") + " AS table_id, count(*) AS inlined FROM " + metadata + "."
                                + SqlText.identifier(text(row, "table_name")) + " r WHERE "
                                + SnapshotCatalog.validAt("r", snapshotId))
                .list();
        Map<Long, Long> rows = new HashMap<>();
        if (!counts.isEmpty()) {
            query.apply(String.join(" UNION ALL ", counts))
                    .forEach(row -> rows.merge(row.getLong("table_id"), row.getLong("inlined"), Long::sum));
        }
        return rows;
    }

    private static String files(String metadata, String table, long snapshotId) {
        return "SELECT table_id, count(*) AS files, sum(file_size_bytes)::BIGINT AS bytes FROM " + metadata + "."
                + table + " f WHERE " + SnapshotCatalog.validAt("f", snapshotId) + " GROUP BY table_id";
    }

    long newestSnapshot() {
        return query.apply("SELECT id FROM " + LakeFunctions.call("current_snapshot", alias))
                .as(Long.class)
                .one();
    }

    private Map<String, List<Column>> columns() {
        Map<String, List<Column>> columns = new HashMap<>();
        query.apply("SELECT schema_name, table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
                        + "WHERE database_name = " + SqlText.literal(alias) + " ORDER BY 1, 2, column_index")
                .map(row -> {
                    columns.computeIfAbsent(
                                    key(row.getString("schema_name"), row.getString("table_name")),
                                    name -> new ArrayList<>())
                            .add(new Column(
                                    text(row, "column_name"), text(row, "data_type"), row.getBoolean("is_nullable")));
                    return true;
                })
                .list();
        return columns;
    }

    private static TableInfo table(
            Row row, Map<String, List<Column>> columns, Map<Long, Long> inlined, TableLayouts layouts) {
        long id = row.getLong("table_id");
        String schema = text(row, "schema_name");
        String name = text(row, "table_name");
        return new TableInfo(
                schema,
                name,
                List.copyOf(columns.getOrDefault(key(schema, name), List.of())),
                row.getLong("file_count"),
                row.getLong("file_bytes"),
                row.getLong("delete_file_count"),
                row.getLong("delete_file_bytes"),
                inlined.getOrDefault(id, 0L),
                layouts.partitionedBy(id),
                layouts.sortedBy(id),
                OptionalLong.empty());
    }

    private static String key(@Nullable String schema, @Nullable String table) {
        return schema + "\n" + table;
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }

    LakeInfo info(List<String> warnings) {
        Map<String, String> options = new LinkedHashMap<>();
        query.apply("SELECT option_name, value FROM " + LakeFunctions.call("options", alias)
                        + " WHERE scope = 'GLOBAL' ORDER BY 1")
                .forEach(row -> options.put(text(row, "option_name"), text(row, "value")));
        Row state = query.apply("SELECT s.catalog_type, s.extension_version, s.data_path, version() AS engine, c.id "
                        + "FROM " + LakeFunctions.call("settings", alias) + " s, "
                        + LakeFunctions.call("current_snapshot", alias) + " c")
                .one();
        return new LakeInfo(
                alias,
                options.getOrDefault("version", ""),
                text(state, "engine"),
                text(state, "extension_version"),
                text(state, "catalog_type"),
                text(state, "data_path"),
                Boolean.parseBoolean(options.get("encrypted")),
                settings.dataInliningRowLimit(),
                state.getLong("id"),
                options,
                warnings);
    }
}
