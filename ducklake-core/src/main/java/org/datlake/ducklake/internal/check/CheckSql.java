package org.datlake.ducklake.internal.check;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.sql.SqlText;

/**
 * The statements of a check. The engine compares the lists, which may be longer than memory: both become temporary
 * tables of one connection. Keys of files stay in the engine; no temporary table holds them, as those may go to disk.
 */
final class CheckSql {

    /** The temporary table of what is in the storage: path, bytes, modified (ms since 1970). */
    static final String STORED = "datlake_check_stored";

    /** Files whose presence or size is in doubt. */
    static final String SUSPECT = "stored IS NULL OR stored <> bytes";

    /** Files of an encrypted lake that are not encrypted. */
    static final String PLAIN = "plain";

    /** Files whose rows can be counted. */
    static final String COUNTABLE = "rows IS NOT NULL AND format = 'parquet'";

    /** How many rows are read at once. */
    static final int PAGE = 500;

    private static final String FILES = "temp.main.datlake_check_files";
    private static final String ORPHANS = "temp.main.datlake_check_orphans";

    private final String metadata;
    private final String root;

    CheckSql(DuckLakeSettings settings) {
        this.metadata = SnapshotCatalog.metadata(settings);
        this.root = SqlText.literal(settings.storage().dataPath());
    }

    String createStored() {
        return "CREATE TEMP TABLE " + STORED + " (path VARCHAR, bytes BIGINT, modified BIGINT)";
    }

    /** A table may have several rows, one for each of its names in time; its folder stays the same. */
    String createFiles() {
        return """
                CREATE TEMP TABLE datlake_check_files AS
                WITH schemas AS (
                    SELECT schema_id, arg_max(schema_name, begin_snapshot) AS name,
                           arg_max(if(path_is_relative, %2$s || path, path), begin_snapshot) AS folder
                    FROM %1$s.ducklake_schema GROUP BY schema_id
                ), tables AS (
                    SELECT t.table_id, arg_max(s.name || '.' || t.table_name, t.begin_snapshot) AS name,
                           arg_max(if(t.path_is_relative, s.folder || t.path, t.path), t.begin_snapshot) AS folder
                    FROM %1$s.ducklake_table t JOIN schemas s ON s.schema_id = t.schema_id GROUP BY t.table_id
                ), files AS (
                    SELECT data_file_id AS id, false AS deletes, table_id, path, path_is_relative, file_format AS format,
                           file_size_bytes AS bytes, record_count AS rows, end_snapshot AS ended,
                           encryption_key IS NULL AS plain
                    FROM %1$s.ducklake_data_file
                    UNION ALL
                    SELECT delete_file_id, true, table_id, path, path_is_relative, format,
                           file_size_bytes, delete_count, end_snapshot, encryption_key IS NULL
                    FROM %1$s.ducklake_delete_file
                ), named AS (
                    SELECT f.id, f.deletes, coalesce(t.name, 'table ' || f.table_id) AS name,
                           if(f.path_is_relative, coalesce(t.folder, %2$s) || f.path, f.path) AS path,
                           lower(f.format) AS format, f.bytes, f.rows, f.ended, f.plain
                    FROM files f LEFT JOIN tables t ON t.table_id = f.table_id
                )
                SELECT n.*, s.bytes AS stored FROM named n LEFT JOIN temp.main.%3$s s ON s.path = n.path
                ORDER BY n.name, n.path""".formatted(metadata, root, STORED);
    }

    /** Files that wait for their deletion are still named, by their path below the data path. */
    String createOrphans(Instant youngest) {
        return """
                CREATE TEMP TABLE datlake_check_orphans AS
                SELECT s.path, s.bytes FROM temp.main.%3$s s
                ANTI JOIN %4$s f ON f.path = s.path
                ANTI JOIN (SELECT if(path_is_relative, %2$s || path, path) AS path
                           FROM %1$s.ducklake_files_scheduled_for_deletion) d ON d.path = s.path
                WHERE s.modified <= %5$d ORDER BY s.path""".formatted(metadata, root, STORED, FILES, youngest.toEpochMilli());
    }

    String newestSnapshot() {
        return "SELECT max(snapshot_id) FROM " + metadata + ".ducklake_snapshot";
    }

    String tables(long snapshotId) {
        return "SELECT count(*) FROM " + metadata + ".ducklake_table t WHERE "
                + SnapshotCatalog.validAt("t", snapshotId);
    }

    String totals() {
        return "SELECT count(*) FILTER (NOT deletes) AS data_files, count(*) FILTER (deletes) AS delete_files, "
                + "coalesce(sum(bytes), 0)::BIGINT AS bytes, "
                + "coalesce(sum(rows) FILTER (NOT deletes), 0)::BIGINT AS rows FROM " + FILES;
    }

    /** The next files after one, of those that a condition holds for. */
    String page(String condition, long after) {
        return "SELECT rowid AS row, * FROM " + FILES + " WHERE (" + condition + ") AND rowid > " + after
                + " ORDER BY rowid LIMIT " + PAGE;
    }

    String orphanPage(long after) {
        return "SELECT rowid AS row, path, bytes FROM " + ORPHANS + " WHERE rowid > " + after + " ORDER BY rowid LIMIT "
                + PAGE;
    }

    /** Says whether the catalog names a file now. */
    String isNamed(NamedFile file) {
        return "SELECT count(*) FROM " + fileRow(file);
    }

    private String fileRow(NamedFile file) {
        return metadata
                + (file.deletes()
                        ? ".ducklake_delete_file WHERE delete_file_id = "
                        : ".ducklake_data_file WHERE data_file_id = ")
                + file.id();
    }

    /**
     * Keys that stand for files of different writes. All files of one write share a key, and may bear the number of any
     * snapshot; but their ids were given out together, and each snapshot says which id comes next after it.
     */
    String repeatedKeys() {
        return """
                WITH keyed AS (
                    SELECT data_file_id AS id, table_id, encryption_key AS key FROM %1$s.ducklake_data_file
                    UNION ALL
                    SELECT delete_file_id, table_id, encryption_key FROM %1$s.ducklake_delete_file
                ), written AS (
                    SELECT k.id, k.table_id, k.key, s.next_file_id AS write
                    FROM (FROM keyed WHERE key IS NOT NULL) k
                    ASOF JOIN (SELECT DISTINCT next_file_id FROM %1$s.ducklake_snapshot) s ON k.id < s.next_file_id
                ), repeated AS (
                    SELECT min(id) AS first, max(id) AS last, count(*) AS files FROM written GROUP BY key
                    HAVING count(DISTINCT write) > 1 OR count(DISTINCT table_id) > 1
                )
                SELECT f.name, f.path, l.path AS other, r.files FROM repeated r
                JOIN %2$s f ON f.id = r.first JOIN %2$s l ON l.id = r.last
                ORDER BY f.name, f.path LIMIT %3$d""".formatted(metadata, FILES, FoundList.MOST + 1);
    }

    /** Looks the keys of some files up at once; the catalog may be far away and busy. */
    String rememberKeys(List<NamedFile> files) {
        String data = ids(files, false);
        String deletes = ids(files, true);
        return """
                SET VARIABLE datlake_check_keys = (
                    SELECT map(list(id), list(from_base64(key))) FROM (
                        SELECT data_file_id AS id, encryption_key AS key FROM %1$s.ducklake_data_file
                        WHERE data_file_id IN (%2$s) AND encryption_key IS NOT NULL
                        UNION ALL
                        SELECT delete_file_id, encryption_key FROM %1$s.ducklake_delete_file
                        WHERE delete_file_id IN (%3$s) AND encryption_key IS NOT NULL))""".formatted(metadata, data, deletes);
    }

    private static String ids(List<NamedFile> files, boolean deletes) {
        String ids = files.stream()
                .filter(file -> file.deletes() == deletes)
                .map(file -> Long.toString(file.id()))
                .collect(Collectors.joining(", "));
        return ids.isEmpty() ? "NULL" : ids;
    }

    /** Counts without reading more than the footer; the file's key must be remembered. */
    String countRows(NamedFile file) {
        String key = file.plain()
                ? ""
                : ", encryption_config = {footer_key_value: getvariable('datlake_check_keys')[" + file.id() + "]}";
        return "SELECT count(*) FROM read_parquet(" + SqlText.literal(literalPath(file.path())) + key + ")";
    }

    /** The engine takes these for a pattern. */
    private static String literalPath(String path) {
        return path.replaceAll("[\\[*?]", "[$0]");
    }
}
