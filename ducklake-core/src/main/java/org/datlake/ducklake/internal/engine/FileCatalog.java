package org.datlake.ducklake.internal.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.catalog.CatalogState;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.sql.SqlText;

/** A catalog in a DuckDB file, looked at without changing it. */
final class FileCatalog {

    private static final String PEEK = "datlake_peek";

    private final Path file;
    private final ErrorTranslator errors;

    FileCatalog(Path file, ErrorTranslator errors) {
        this.file = file;
        this.errors = errors;
    }

    CatalogState inspect(DuckDbInstance instance) throws EngineFailure {
        if (!Files.exists(file)) {
            return CatalogState.EMPTY;
        }
        try {
            instance.run("ATTACH " + SqlText.literal(file.toString()) + " AS " + PEEK + " (TYPE duckdb, READ_ONLY)");
        } catch (SQLException e) {
            throw isInUse(e) ? inUse() : unusable(file, reason(e));
        }
        try {
            return read(instance);
        } catch (SQLException e) {
            throw unusable(file, reason(e));
        } finally {
            detach(instance);
        }
    }

    private static CatalogState read(DuckDbInstance instance) throws SQLException {
        List<Map<String, String>> tables = instance.read("SELECT 1 AS found FROM duckdb_tables() WHERE database_name = "
                + SqlText.literal(PEEK) + " AND schema_name = 'main' AND table_name = 'ducklake_metadata'");
        if (tables.isEmpty()) {
            return CatalogState.EMPTY;
        }
        Map<String, String> options = new HashMap<>();
        boolean scopedInlining = false;
        for (Map<String, String> row : instance.read("FROM " + PEEK + ".main.ducklake_metadata")) {
            String key = row.getOrDefault("key", "");
            String value = row.getOrDefault("value", "");
            if (!row.containsKey("scope")) {
                options.put(key, value);
            } else if (key.equals("data_inlining_row_limit") && !value.equals("0")) {
                scopedInlining = true;
            }
        }
        return new CatalogState(true, options, scopedInlining);
    }

    private static void detach(DuckDbInstance instance) throws EngineFailure {
        try {
            instance.run("DETACH " + PEEK);
        } catch (SQLException e) {
            throw new EngineFailure(EngineFault.of(
                    FaultKind.ENGINE_SUSPECT, "Catalog", "58000", "the catalog file could not be let go of"));
        }
    }

    private static boolean isInUse(SQLException error) {
        String text = String.valueOf(error.getMessage());
        return text.contains("Could not set lock")
                || text.contains("Conflicting lock")
                || text.contains("already attached");
    }

    private EngineFailure inUse() {
        return new EngineFailure(EngineFault.of(
                FaultKind.CATALOG_REFUSED,
                "IO",
                "55006",
                "the catalog file " + file
                        + " cannot be used: another process or client has it open; a file catalog is "
                        + "for one at a time, PostgreSQL for many"));
    }

    private String reason(SQLException error) {
        if (String.valueOf(error.getMessage()).contains("not a valid DuckDB database file")) {
            return "it is not a DuckDB database";
        }
        return errors.translate(error).fault().message();
    }

    static EngineFailure unusable(Path file, String reason) {
        return new EngineFailure(EngineFault.of(
                FaultKind.CATALOG_REFUSED, "IO", "08004", "the catalog file " + file + " cannot be used: " + reason));
    }
}
