package org.datlake.ducklake;

import java.util.Locale;
import java.util.Optional;

/** How the rows of a file are written. */
public enum LoadFormat {
    /** Comma-separated values, or separated by what the file shows; columns are named in the first line. */
    CSV,
    /** Apache Parquet. */
    PARQUET,
    /** A JSON object on each line. */
    NDJSON,
    /** A JSON array of objects, or objects one after the other. */
    JSON;

    /**
     * Tells the format by a file's name: .csv, .tsv, .parquet, .ndjson, .jsonl, .json; .gz or .zst may follow.
     *
     * @return empty if the name has none of these endings
     */
    public static Optional<LoadFormat> ofName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "csv", "tsv" -> Optional.of(CSV);
            case "parquet" -> Optional.of(PARQUET);
            case "ndjson", "jsonl" -> Optional.of(NDJSON);
            case "json" -> Optional.of(JSON);
            default -> Optional.empty();
        };
    }
}
