package org.datlake.ducklake.internal.fault;

import java.util.Locale;

/** Chooses the SQLSTATE, in PostgreSQL's meaning where the standard has none, for an error of the engine. */
final class SqlStates {

    private SqlStates() {}

    static String of(FaultKind kind, String type, String message) {
        return switch (kind) {
            case CONFLICT -> "40001";
            case CATALOG_DOWN -> "08006";
            case CATALOG_READ_ONLY -> "25006";
            case CATALOG_FULL -> "53100";
            case CATALOG_REFUSED -> "08004";
            case STORAGE_DOWN -> "58030";
            case STORAGE_REFUSED -> "42501";
            case STORAGE_MISSING -> "58P01";
            case TIMEOUT -> "57014";
            case UNAVAILABLE -> "08001";
            case ENGINE_FATAL, ENGINE_SUSPECT -> "58000";
            case CLOSED -> "08003";
            case REFUSED -> "42501";
            case STATEMENT -> ofStatement(type, message.toLowerCase(Locale.ROOT));
        };
    }

    private static String ofStatement(String type, String text) {
        return switch (type) {
            case "Parser", "Syntax" -> "42601";
            case "Catalog" -> ofCatalogError(text);
            case "Binder" -> text.contains("column") ? "42703" : "42000";
            case "Constraint" -> text.contains("not null") ? "23502" : "23000";
            case "Conversion", "Mismatch Type" -> text.contains("out of range") ? "22003" : "22018";
            case "Out of Range" -> "22003";
            case "Invalid Input" -> text.contains("configuration has been locked") ? "55P02" : "22023";
            case "Not implemented" -> "0A000";
            case "Permission" -> "42501";
            case "Dependency" -> "2BP01";
            case "TransactionContext" -> text.contains("aborted") ? "25P02" : "25000";
            case "Out of Memory" -> text.contains("temp_directory") ? "53100" : "53200";
            case "IO" -> text.contains("no space left") ? "53100" : "58030";
            case "HTTP" -> "58030";
            default -> "HY000";
        };
    }

    private static String ofCatalogError(String text) {
        if (text.contains("already exists")) {
            return "42P07";
        }
        if (text.contains("table with name") || text.contains("view with name")) {
            return "42P01";
        }
        if (text.contains("schema with name")) {
            return "3F000";
        }
        return text.contains("function") ? "42883" : "42704";
    }
}
