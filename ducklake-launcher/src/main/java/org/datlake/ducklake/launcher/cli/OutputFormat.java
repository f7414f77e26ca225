package org.datlake.ducklake.launcher.cli;

/** How rows are written. */
public enum OutputFormat {
    /** A table with aligned columns, for people. */
    TABLE,
    /** Comma-separated values with a header, by RFC 4180. */
    CSV,
    /** One JSON object per row and line. */
    JSON
}
