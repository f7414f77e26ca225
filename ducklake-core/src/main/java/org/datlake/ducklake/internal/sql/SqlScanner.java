package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.Set;

/** Cuts SQL into its parts, as the engine's own scanner does. What is not closed lasts to the end. Not thread-safe. */
final class SqlScanner {

    /** Directly before a quote, they belong to the text behind them. */
    private static final Set<String> PREFIXES = Set.of("e", "x", "b", "n");

    /** What a part is. */
    enum Part {
        /** A keyword, or a name without quotes. */
        WORD,
        /** A name in double quotes. */
        NAME,
        /** A text or a number. */
        VALUE,
        /** Such as ?, $1 or #1. */
        REFERENCE,
        /** Any other character. */
        SIGN,
        /** There is nothing more. */
        END
    }

    private final String sql;
    private int at;
    private int start;
    private boolean gap;

    SqlScanner(String sql) {
        this.sql = sql;
    }

    /** Moves to the next part. */
    Part next() {
        int before = at;
        skip();
        gap = at > before;
        start = at;
        if (at >= sql.length()) {
            return Part.END;
        }
        char first = sql.charAt(at);
        if (isWordStart(first)) {
            return word();
        }
        if (isDigit(first) || (first == '.' && isDigit(peek(1)))) {
            number();
            return Part.VALUE;
        }
        return switch (first) {
            case '\'' -> {
                quoted('\'', false);
                yield Part.VALUE;
            }
            case '"' -> quoted('"', false) ? Part.NAME : Part.VALUE;
            case '$' -> dollar();
            case '?', '#' -> {
                at++;
                skipWord();
                yield Part.REFERENCE;
            }
            default -> {
                at++;
                yield Part.SIGN;
            }
        };
    }

    /** Returns the text of the part. */
    String text() {
        return sql.substring(start, at);
    }

    /** Says whether the part is this character. */
    boolean is(char sign) {
        return at == start + 1 && sql.charAt(start) == sign;
    }

    /** Says whether there are blanks or comments before the part. */
    boolean gap() {
        return gap;
    }

    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0x80 && !isBlank(c));
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private void skip() {
        while (at < sql.length()) {
            if (isBlank(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                comment();
            } else {
                return;
            }
        }
    }

    /** They may stand in each other. */
    private void comment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    private Part word() {
        skipWord();
        String word = text().toLowerCase(Locale.ROOT);
        if (peek(0) == '\'' && PREFIXES.contains(word)) {
            quoted('\'', word.equals("e"));
            return Part.VALUE;
        }
        if (word.equals("u") && peek(0) == '&' && peek(1) == '\'') {
            at++;
            quoted('\'', false);
            return Part.VALUE;
        }
        return Part.WORD;
    }

    private void skipWord() {
        while (at < sql.length() && (isWordStart(peek(0)) || isDigit(peek(0)) || peek(0) == '$')) {
            at++;
        }
    }

    /** Whatever is directly behind a digit is masked with it, and never taken for a name. */
    private void number() {
        while (at < sql.length()) {
            char c = peek(0);
            boolean sign =
                    (c == '+' || c == '-') && Character.toLowerCase(sql.charAt(at - 1)) == 'e' && isDigit(peek(1));
            if (!isDigit(c) && !isWordStart(c) && c != '.' && !sign) {
                return;
            }
            at++;
        }
    }

    /** Moves behind a quoted text; says whether it is closed. A doubled quote does not close it. */
    private boolean quoted(char quote, boolean escapes) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == quote && peek(1) == quote) {
                at += 2;
            } else if (c == '\\' && escapes) {
                at = Math.min(sql.length(), at + 2);
            } else if (c == quote) {
                at++;
                return true;
            } else {
                at++;
            }
        }
        return false;
    }

    /** A parameter such as $1 or $name, or a text between $$ and $$, or $tag$ and $tag$. */
    private Part dollar() {
        at++;
        int tag = at;
        while (at < sql.length() && (isWordStart(peek(0)) || isDigit(peek(0)))) {
            at++;
        }
        boolean text = peek(0) == '$' && (at == tag || !isDigit(sql.charAt(tag)));
        if (!text) {
            return Part.REFERENCE;
        }
        at++;
        String closing = sql.substring(start, at);
        int end = sql.indexOf(closing, at);
        at = end < 0 ? sql.length() : end + closing.length();
        return Part.VALUE;
    }
}
