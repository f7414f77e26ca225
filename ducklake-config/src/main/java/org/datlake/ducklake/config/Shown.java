package org.datlake.ducklake.config;

import java.util.regex.Pattern;

/** How a value that is not secret is shown in problems and listings. */
final class Shown {

    private static final int MAX_LENGTH = 120;
    private static final Pattern USER_INFO = Pattern.compile("://\\S*@");

    private Shown() {}

    /** Returns the value on one line, at most 120 characters long, and without the user part of a URL. */
    static String of(String value) {
        String masked = USER_INFO.matcher(value).replaceAll("://***@");
        StringBuilder shown = new StringBuilder();
        masked.codePoints().limit(MAX_LENGTH).forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return masked.codePointCount(0, masked.length()) > MAX_LENGTH ? shown + "..." : shown.toString();
    }
}
