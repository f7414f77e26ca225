package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.OptionalLong;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/** Reads what changed in a table. Thread-safe. */
final class ChangeReads {

    private final LakeRuntime lake;
    private final SharedReads reads;

    ChangeReads(LakeRuntime lake, SharedReads reads) {
        this.lake = lake;
        this.reads = reads;
    }

    RowCursor read(String schema, String table, long from, long to, Duration timeout) {
        if (from < 0 || to < from) {
            throw EngineFault.wrongUse("22023", "the first snapshot is not negative, and the last one not before it")
                    .toException(null);
        }
        Deadline deadline = Deadline.after(timeout);
        checkThere(schema, table, from, to, timeout);
        String sql = "SELECT * FROM "
                + LakeFunctions.call(
                        "table_changes",
                        lake.settings().alias(),
                        SqlText.literal(schema),
                        SqlText.literal(table),
                        Long.toString(from),
                        Long.toString(to))
                + " ORDER BY snapshot_id, rowid, change_type DESC";
        ResultReader<Row> reader = ResultReader.open(
                lake,
                reads.statement(sql, new @Nullable Object[0], OptionalLong.of(to)),
                columns -> row -> row,
                deadline.remaining());
        return new ReaderCursor(reader, deadline, to, Long.MAX_VALUE);
    }

    /** The engine would name the table or snapshot of its own tables that it misses. */
    private void checkThere(String schema, String table, long from, long to, Duration timeout) {
        String metadata = SnapshotCatalog.metadata(lake.settings());
        String sql = "SELECT (SELECT count(*) FROM " + metadata + ".ducklake_snapshot WHERE snapshot_id IN (" + from
                + ", " + to + ")) AS snapshots, (SELECT count(*) FROM " + metadata + ".ducklake_table t JOIN "
                + metadata
                + ".ducklake_schema s USING (schema_id) WHERE s.schema_name = ? AND t.table_name = ? AND "
                + SnapshotCatalog.validAt("t", to) + " AND " + SnapshotCatalog.validAt("s", to) + ") AS tables";
        Row found = DefaultQuery.of(lake, reads.statement(sql, new @Nullable Object[] {schema, table}))
                .timeout(timeout)
                .one();
        if (found.getLong("snapshots") < (from == to ? 1 : 2)) {
            throw EngineFault.wrongUse("02000", "there is no snapshot " + from + " or " + to + ", or no longer")
                    .toException(null);
        }
        if (found.getLong("tables") == 0) {
            throw EngineFault.wrongUse("42P01", "there is no table with this schema and name")
                    .toException(null);
        }
    }
}
