package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The formats that rows are answered in; the first one where a caller takes any. */
enum AnswerFormat {
    /** An object with columns and an array of arrays. */
    JSON("application/json"),
    /** An object for each row. */
    NDJSON("application/x-ndjson"),
    /** RFC 4180, with a header. */
    CSV("text/csv"),
    /** The IPC streaming format. */
    ARROW("application/vnd.apache.arrow.stream"),
    /** A file, complete before its first byte is sent. */
    PARQUET("application/vnd.apache.parquet");

    private final String mediaType;

    AnswerFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Returns what Content-Type says. */
    String contentType() {
        return this == CSV ? mediaType + "; charset=utf-8; header=present" : mediaType;
    }

    /**
     * Returns the format that a caller likes most.
     *
     * @param accept the header, or null for any
     * @param offered what there is, the best first
     * @throws HttpResponseException with status 406 if the caller takes none of them
     */
    static AnswerFormat accepted(@Nullable String accept, List<AnswerFormat> offered) {
        if (accept == null || accept.isBlank()) {
            return offered.get(0);
        }
        List<Range> ranges = Arrays.stream(accept.split(",", -1)).map(Range::of).toList();
        AnswerFormat best = null;
        double liked = 0;
        for (AnswerFormat format : offered) {
            double quality = quality(ranges, format);
            if (quality > liked) {
                best = format;
                liked = quality;
            }
        }
        if (best == null) {
            String types = offered.stream().map(format -> format.mediaType).collect(Collectors.joining(", "));
            throw new HttpResponseException(406, "answers come as " + types);
        }
        return best;
    }

    /** The most specific range that matches decides. */
    private static double quality(List<Range> ranges, AnswerFormat format) {
        return ranges.stream()
                .filter(range -> range.matches(format.mediaType))
                .max(Comparator.comparingInt(range -> -range.stars()))
                .map(Range::quality)
                .orElse(0.0);
    }

    private record Range(String type, double quality) {

        static Range of(String text) {
            String[] parts = text.toLowerCase(Locale.ROOT).split(";", -1);
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                String part = parts[i].strip();
                if (part.startsWith("q=")) {
                    quality = number(part.substring(2));
                }
            }
            return new Range(parts[0].strip(), quality);
        }

        private static double number(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        boolean matches(String mediaType) {
            return type.equals("*/*")
                    || type.equals(mediaType)
                    || (type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1)));
        }

        int stars() {
            return (int) type.chars().filter(c -> c == '*').count();
        }
    }
}
