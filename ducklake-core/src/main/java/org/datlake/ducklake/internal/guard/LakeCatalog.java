package org.datlake.ducklake.internal.guard;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.engine.SnapshotCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.guard.LakeNames.Name;
import org.datlake.ducklake.internal.guard.LakeNames.Relation;
import org.datlake.ducklake.internal.guard.LakeNames.View;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.jspecify.annotations.Nullable;

/** Reads which names a lake has; what a snapshot holds never changes, so the last few are remembered. Thread-safe. */
public final class LakeCatalog {

    private static final int REMEMBERED = 16;

    private final String alias;
    private final String metadata;
    private final String newest;
    private final Map<Long, LakeNames> names = new LastUsed<>(REMEMBERED);
    private final Map<Long, String> macros = new LastUsed<>(REMEMBERED);

    /** Makes a reader of a lake. */
    public LakeCatalog(DuckLakeSettings settings) {
        this.alias = settings.alias();
        this.metadata = SnapshotCatalog.metadata(settings);
        this.newest = "SELECT id FROM " + LakeFunctions.call("current_snapshot", alias);
    }

    /** Returns the snapshot that the session's transaction reads. */
    long newest(Session session) throws SQLException {
        return read(session, newest, null).longValue();
    }

    /** Returns the snapshot that a moment means. */
    long resolve(Session session, Moment moment, long newest) throws SQLException, EngineFailure {
        if (moment.isNewest()) {
            return newest;
        }
        boolean byId = moment.snapshot() != null;
        Number found = read(
                session,
                "SELECT coalesce(max(snapshot_id), -1) FROM " + metadata + ".ducklake_snapshot WHERE "
                        + (byId ? "snapshot_id = ?" : "snapshot_time <= ?"),
                byId
                        ? moment.snapshot()
                        : moment.time() == null ? null : moment.time().atOffset(ZoneOffset.UTC));
        if (found.longValue() < 0) {
            throw new EngineFailure(EngineFault.wrongUse(
                    "02000",
                    byId
                            ? "there is no snapshot " + moment.snapshot() + ", or no longer"
                            : "there is no snapshot that is as old as " + moment.time() + ", or no longer"));
        }
        return found.longValue();
    }

    private static Number read(Session session, String sql, @Nullable Object parameter) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            if (parameter != null) {
                statement.setObject(1, parameter);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return (Number) rows.getObject(1);
            }
        }
    }

    /** Returns a macro that would be called in place of a function of the engine, or null if there is none. */
    @Nullable String hidingMacro(Session session, long snapshot) throws SQLException {
        synchronized (macros) {
            String known = macros.get(snapshot);
            if (known != null) {
                return known.isEmpty() ? null : known;
            }
        }
        Set<String> found = new HashSet<>();
        forEach(
                session,
                "SELECT macro_name FROM " + metadata + ".ducklake_macro m WHERE "
                        + SnapshotCatalog.validAt("m", snapshot),
                row -> found.add(row.getString(1)));
        String hiding =
                found.stream().filter(Words::isTaken).sorted().findFirst().orElse("");
        synchronized (macros) {
            macros.put(snapshot, hiding);
        }
        return hiding.isEmpty() ? null : hiding;
    }

    /** Returns what there is at a snapshot. */
    LakeNames names(Session session, long snapshot) throws SQLException {
        synchronized (names) {
            LakeNames known = names.get(snapshot);
            if (known != null) {
                return known;
            }
        }
        LakeNames read = readNames(session, snapshot);
        synchronized (names) {
            // Most snapshots change rows only: what was checked against the same names need not be checked again.
            LakeNames same =
                    names.values().stream().filter(read::equals).findAny().orElse(read);
            names.put(snapshot, same);
            return same;
        }
    }

    private LakeNames readNames(Session session, long snapshot) throws SQLException {
        Set<String> schemas = new HashSet<>();
        Map<Name, Relation> relations = new HashMap<>();
        forEach(
                session,
                "SELECT schema_name FROM " + metadata + ".ducklake_schema s WHERE "
                        + SnapshotCatalog.validAt("s", snapshot),
                row -> schemas.add(Words.lower(row.getString(1))));
        forEach(session, relations("table_name, NULL, NULL", "ducklake_table", snapshot), row -> add(relations, row));
        forEach(
                session,
                relations("view_name, r.sql, r.column_aliases", "ducklake_view", snapshot),
                row -> add(relations, row));
        return new LakeNames(alias, Set.copyOf(schemas), Map.copyOf(relations));
    }

    private String relations(String columns, String table, long snapshot) {
        return "SELECT s.schema_name, r." + columns + " FROM " + metadata + "." + table + " r JOIN " + metadata
                + ".ducklake_schema s ON s.schema_id = r.schema_id WHERE " + SnapshotCatalog.validAt("r", snapshot)
                + " AND " + SnapshotCatalog.validAt("s", snapshot);
    }

    private static boolean add(Map<Name, Relation> relations, ResultSet row) throws SQLException {
        String schema = row.getString(1);
        String name = row.getString(2);
        String sql = row.getString(3);
        String aliases = row.getString(4);
        View view = sql == null ? null : new View(sql, aliases == null ? "" : aliases);
        relations.put(Name.of(schema, name), new Relation(schema, name, view));
        return true;
    }

    private static void forEach(Session session, String sql, RowAction action) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                action.take(rows);
            }
        }
    }

    @FunctionalInterface
    private interface RowAction {
        boolean take(ResultSet row) throws SQLException;
    }
}
