package org.datlake.ducklake.launcher.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of texts whose first line is the header. Not thread-safe. */
final class TextTable {

    private final List<List<String>> lines = new ArrayList<>();

    TextTable add(List<String> cells) {
        lines.add(cells);
        return this;
    }

    int[] widths() {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(
                        widths[i], line.get(i).codePointCount(0, line.get(i).length()));
            }
        }
        return widths;
    }

    String render() {
        int[] widths = widths();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append(line(lines.get(i), widths));
            if (i == 0) {
                List<String> rules = new ArrayList<>();
                for (int width : widths) {
                    rules.add("-".repeat(width));
                }
                text.append(line(rules, widths));
            }
        }
        return text.toString();
    }

    static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            line.append(i == 0 ? "" : "  ").append(cell);
            int missing = widths[i] - cell.codePointCount(0, cell.length());
            line.append(" ".repeat(Math.max(0, missing)));
        }
        return line.toString().stripTrailing() + "\n";
    }
}
