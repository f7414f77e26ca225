package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.datlake.ducklake.Row;
import org.jspecify.annotations.Nullable;

/** Writes rows in one format. Not thread-safe. */
abstract class RowWriter {

    private final TextSink output;
    private @Nullable List<String> columns;

    private RowWriter(TextSink output) {
        this.output = output;
    }

    static RowWriter of(OutputFormat format, TextSink output) {
        return switch (format) {
            case TABLE -> new Table(output);
            case CSV -> new Csv(output);
            case JSON -> new Json(output);
        };
    }

    final void write(Row row) throws IOException {
        List<String> names = columns;
        if (names == null) {
            names = row.columns();
            columns = names;
            begin(names);
        }
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            values.add(row.get(i, String.class));
        }
        row(names, values, row);
    }

    final void out(String text) throws IOException {
        output.write(text);
    }

    abstract void begin(List<String> names) throws IOException;

    abstract void row(List<String> names, List<@Nullable String> values, Row row) throws IOException;

    /** All rows have been written. */
    void end() throws IOException {
        // Most formats end with their last row.
    }

    /** Columns as wide as their widest value among the first rows, which are held back until then. */
    private static final class Table extends RowWriter {

        private static final int HELD_ROWS = 1000;
        private static final int WIDEST = 60;

        private final TextTable held = new TextTable();
        private int rows;
        private boolean begun;
        private int @Nullable [] widths;

        Table(TextSink output) {
            super(output);
        }

        @Override
        void begin(List<String> names) {
            begun = true;
            held.add(names);
        }

        @Override
        void row(List<String> names, List<@Nullable String> values, Row row) throws IOException {
            rows++;
            List<String> shown = values.stream()
                    .map(value -> value == null ? "NULL" : shortened(value))
                    .toList();
            int[] known = widths;
            if (known != null) {
                out(TextTable.line(shown, known));
                return;
            }
            held.add(shown);
            if (rows == HELD_ROWS) {
                flush();
            }
        }

        private static String shortened(String value) {
            String line = value.replaceAll("\\s*[\\r\\n]+\\s*", " ");
            return line.length() <= WIDEST ? line : line.substring(0, WIDEST - 1) + "…";
        }

        private void flush() throws IOException {
            widths = held.widths();
            out(held.render());
        }

        @Override
        void end() throws IOException {
            if (begun && widths == null) {
                flush();
            }
            out("(" + rows + (rows == 1 ? " row)\n" : " rows)\n"));
        }
    }

    private static final class Csv extends RowWriter {

        Csv(TextSink output) {
            super(output);
        }

        @Override
        void begin(List<String> names) throws IOException {
            out(names.stream().map(Csv::quoted).collect(Collectors.joining(",")) + "\n");
        }

        @Override
        void row(List<String> names, List<@Nullable String> values, Row row) throws IOException {
            out(values.stream().map(value -> value == null ? "" : quoted(value)).collect(Collectors.joining(","))
                    + "\n");
        }

        /** An empty text is quoted, so that it differs from NULL. */
        private static String quoted(String value) {
            boolean plain =
                    !value.isEmpty() && value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
        }
    }

    private static final class Json extends RowWriter {

        Json(TextSink output) {
            super(output);
        }

        @Override
        void begin(List<String> names) {
            // Every line stands for itself.
        }

        @Override
        void row(List<String> names, List<@Nullable String> values, Row row) throws IOException {
            StringBuilder line = new StringBuilder("{");
            for (int i = 0; i < names.size(); i++) {
                line.append(i == 0 ? "" : ",")
                        .append(JsonText.of(names.get(i)))
                        .append(':')
                        .append(JsonText.of(row.get(i, Object.class)));
            }
            out(line.append("}\n").toString());
        }
    }
}
