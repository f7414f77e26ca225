package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.Row;

/** Runs one statement and writes what it returns. */
public final class StatementRunner {

    private static final Pattern FIRST_WORD =
            Pattern.compile("\\A(?:\\s|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/|\\()*+([A-Za-z]+)", Pattern.DOTALL);
    private static final Set<String> READING = Set.of(
            "SELECT",
            "FROM",
            "WITH",
            "VALUES",
            "TABLE",
            "SHOW",
            "DESCRIBE",
            "DESC",
            "SUMMARIZE",
            "EXPLAIN",
            "CALL",
            "PRAGMA",
            "PIVOT",
            "UNPIVOT");

    private StatementRunner() {}

    /**
     * Runs.
     *
     * @param timeout how long it may take
     * @throws org.datlake.ducklake.DuckLakeException if the statement fails
     * @throws IOException if the output cannot be written
     */
    public static void run(DuckLakeClient lake, String sql, OutputFormat format, Duration timeout, TextSink output)
            throws IOException {
        if (!reads(sql)) {
            long changed = lake.<Long, RuntimeException>inTransaction(timeout, tx -> tx.execute(sql));
            output.write(format == OutputFormat.TABLE ? "done, " + changed + " rows changed\n" : "");
            return;
        }
        RowWriter writer = RowWriter.of(format, output);
        try {
            lake.query(sql).timeout(timeout).map(row -> write(writer, row)).forEach(written -> {});
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        writer.end();
    }

    private static boolean write(RowWriter writer, Row row) {
        try {
            writer.write(row);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean reads(String sql) {
        Matcher first = FIRST_WORD.matcher(sql);
        return first.find() && READING.contains(first.group(1).toUpperCase(Locale.ROOT));
    }
}
