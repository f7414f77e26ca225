package org.datlake.ducklake.launcher.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file to load.
 *
 * @param file the file
 * @param function the DuckDB function that reads it
 * @param options of the function, with a comma in front of each
 */
record LoadFile(Path file, String function, String options) {

    /** Tells the format by the name; empty when it cannot. */
    static Optional<LoadFile> of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
        String ending = name.substring(name.lastIndexOf('.') + 1);
        Path absolute = file.toAbsolutePath();
        return switch (ending) {
            case "csv", "tsv" -> Optional.of(new LoadFile(absolute, "read_csv", ""));
            case "parquet" -> Optional.of(new LoadFile(absolute, "read_parquet", ""));
            case "ndjson", "jsonl", "json" ->
                Optional.of(new LoadFile(
                        absolute, "read_json", ending.equals("json") ? "" : ", format = 'newline_delimited'"));
            default -> Optional.empty();
        };
    }

    /** Returns the call that reads the file. */
    String scan() {
        return function + "('" + file.toString().replace("'", "''") + "'" + options + ")";
    }

    /** Quotes {@code table} or {@code schema.table}. */
    static String quotedTable(String table) {
        String[] parts = table.split("\\.", -1);
        if (parts.length > 2 || Arrays.stream(parts).anyMatch(String::isBlank)) {
            throw new CommandFailure("'" + table + "' is not a table: write table or schema.table");
        }
        return Arrays.stream(parts)
                .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }
}
