package org.datlake.ducklake.launcher.cli;

/** How a report is written. */
public enum ReportFormat {
    /** Lines and a table, for people. */
    TEXT,
    /** One JSON object. */
    JSON
}
