package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.Row;

/** Runs one statement and writes what it returns. */
public final class StatementRunner {

    private static final Pattern FIRST_WORD =
            Pattern.compile("\\A(?:\\s|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/|\\()*([A-Za-z]+)", Pattern.DOTALL);
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
     * @throws org.datlake.ducklake.DuckLakeException if the statement fails
     * @throws IOException if the output cannot be written
     */
    public static void run(DuckLakeClient lake, String sql, OutputFormat format, TextSink output) throws IOException {
        try (RowWriter writer = RowWriter.of(format, output)) {
            if (reads(sql)) {
                lake.query(sql).map(row -> write(writer, row)).forEach(written -> {});
                return;
            }
            long changed = lake.execute(sql);
            output.write(format == OutputFormat.TABLE ? "done, " + changed + " rows changed\n" : "");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
