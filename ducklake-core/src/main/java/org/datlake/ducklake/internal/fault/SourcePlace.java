package org.datlake.ducklake.internal.fault;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place in a file that an engine message blames, and why, without any value.
 *
 * @param file the file's path, or null where the message names none
 * @param line the line, from 1, or 0
 * @param row the row or record, from 1, or 0
 * @param column the column, or null
 * @param reason what is wrong there
 */
public record SourcePlace(
        @Nullable String file,
        long line,
        long row,
        @Nullable String column,
        String reason) {

    private static final String MISFIT = "the value does not fit the column's type";
    private static final Pattern CSV_LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern CSV_FILE = Pattern.compile("(?m)^\\s*file ?= (.+)$");
    private static final Pattern CSV_COLUMN = Pattern.compile("(?m)^Error when converting column \"(.*?)\"\\.");
    private static final Pattern CSV_WIDTH = Pattern.compile("Expected Number of Columns: \\d+ Found: \\d+");
    private static final Pattern JSON = Pattern.compile(
            "(?:JSON transform error|Malformed JSON) in file \"(.*?)\",(?: at byte \\d+)? in (line|record/value) (\\d+): ");

    /** Finds the place in a message; null if there is none. */
    static @Nullable SourcePlace in(String raw) {
        Matcher csv = CSV_LINE.matcher(raw);
        if (csv.find()) {
            return ofCsv(raw, Long.parseLong(csv.group(1)));
        }
        Matcher json = JSON.matcher(raw);
        if (json.find()) {
            // The engine counts a line before it finds out that it is malformed.
            long number = Long.parseLong(json.group(3)) - (json.group().startsWith("Malformed") ? 1 : 0);
            boolean line = json.group(2).equals("line");
            return new SourcePlace(
                    json.group(1), line ? number : 0, line ? 0 : number, null, jsonReason(raw.substring(json.start())));
        }
        return null;
    }

    /** Says whether it is a value that is wrong, and not the way the file is written. */
    public boolean isValue() {
        return reason.equals(MISFIT);
    }

    private static SourcePlace ofCsv(String raw, long line) {
        Matcher file = CSV_FILE.matcher(raw);
        Matcher column = CSV_COLUMN.matcher(raw);
        Matcher width = CSV_WIDTH.matcher(raw);
        String path = file.find() ? file.group(1).strip() : null;
        if (column.find()) {
            return new SourcePlace(path, line, 0, column.group(1), MISFIT);
        }
        if (width.find()) {
            String counts = width.group().replace("Expected Number of Columns: ", "expected ");
            return new SourcePlace(path, line, 0, null, counts.replace(" Found:", " values, found"));
        }
        return new SourcePlace(path, line, 0, null, "this is no proper CSV, as the lines before it were");
    }

    private static String jsonReason(String message) {
        if (message.startsWith("Malformed")) {
            return "this is no proper JSON";
        }
        if (message.contains("duplicate key")) {
            return "a key occurs twice in an object";
        }
        return message.contains("Expected OBJECT") ? "this is no JSON object" : MISFIT;
    }
}
