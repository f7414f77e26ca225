package org.datlake.ducklake.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.sql.SqlText;

/** How the tables of a lake are divided into files, and sorted in them, at a snapshot. */
final class TableLayouts {

    private final Map<Long, List<String>> partitions = new HashMap<>();
    private final Map<Long, List<String>> orders = new HashMap<>();

    private TableLayouts() {}

    static TableLayouts read(DuckLakeSettings settings, Function<String, Query<Row>> query, long snapshotId) {
        TableLayouts layouts = new TableLayouts();
        String metadata = SnapshotCatalog.metadata(settings);
        query.apply("SELECT p.table_id, k.transform, c.column_name FROM " + metadata
                        + ".ducklake_partition_info p JOIN " + metadata
                        + ".ducklake_partition_column k ON k.partition_id = p.partition_id JOIN " + metadata
                        + ".ducklake_column c ON c.table_id = p.table_id AND c.column_id = k.column_id WHERE "
                        + SnapshotCatalog.validAt("p", snapshotId) + " AND " + SnapshotCatalog.validAt("c", snapshotId)
                        + " ORDER BY p.table_id, k.partition_key_index")
                .forEach(row -> add(layouts.partitions, row, partition(row)));
        query.apply("SELECT s.table_id, e.expression, e.sort_direction, e.null_order FROM " + metadata
                        + ".ducklake_sort_info s JOIN " + metadata
                        + ".ducklake_sort_expression e ON e.sort_id = s.sort_id WHERE "
                        + SnapshotCatalog.validAt("s", snapshotId) + " ORDER BY s.table_id, e.sort_key_index")
                .forEach(row -> add(layouts.orders, row, order(row)));
        return layouts;
    }

    private static void add(Map<Long, List<String>> all, Row row, String text) {
        all.computeIfAbsent(row.getLong("table_id"), id -> new ArrayList<>()).add(text);
    }

    private static String partition(Row row) {
        String name = text(row, "column_name");
        String column = name.matches("[a-z_][a-z0-9_]*") ? name : SqlText.identifier(name);
        String transform = text(row, "transform");
        if (transform.equals("identity")) {
            return column;
        }
        return transform.endsWith(")")
                ? transform.substring(0, transform.length() - 1) + ", " + column + ")"
                : transform + "(" + column + ")";
    }

    private static String order(Row row) {
        return text(row, "expression") + " " + text(row, "sort_direction") + " "
                + text(row, "null_order").replace('_', ' ');
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }

    List<String> partitionedBy(long tableId) {
        return List.copyOf(partitions.getOrDefault(tableId, List.of()));
    }

    List<String> sortedBy(long tableId) {
        return List.copyOf(orders.getOrDefault(tableId, List.of()));
    }
}
