package org.datlake.ducklake.launcher.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells one SQL statement from several, by DuckDB's rules for texts, quoted names and comments. */
final class Statements {

    private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$(?:[A-Za-z_][A-Za-z0-9_]*)?\\$");

    private Statements() {}

    static boolean isSingle(String sql) {
        boolean begun = false;
        boolean ended = false;
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int end = endOfPiece(sql, at);
            boolean comment = sql.startsWith("--", at) || sql.startsWith("/*", at);
            if (c == ';') {
                ended = begun;
            } else if (!comment && !Character.isWhitespace(c)) {
                if (ended) {
                    return false;
                }
                begun = true;
            }
            at = end;
        }
        return true;
    }

    /** Returns where the piece ends that begins here; a piece without an end of its own takes all the rest. */
    private static int endOfPiece(String sql, int at) {
        char c = sql.charAt(at);
        if (sql.startsWith("--", at)) {
            return after(sql, "\n", at);
        }
        if (sql.startsWith("/*", at)) {
            return endOfBlockComment(sql, at);
        }
        if (c == '\'' || c == '"') {
            return endOfQuoted(sql, at, c == '\'' && isEscaping(sql, at - 1));
        }
        if (c == '$' && !isWord(sql, at - 1)) {
            Matcher opening = DOLLAR_QUOTE.matcher(sql).region(at, sql.length());
            return opening.lookingAt() ? after(sql, opening.group(), opening.end()) : at + 1;
        }
        return at + 1;
    }

    private static int after(String sql, String end, int from) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }

    private static int endOfBlockComment(String sql, int start) {
        int depth = 0;
        int at = start;
        while (at < sql.length()) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return at;
    }

    /** Two quotes in a row stand for one. */
    private static int endOfQuoted(String sql, int start, boolean backslashes) {
        char quote = sql.charAt(start);
        for (int at = start + 1; at < sql.length(); at++) {
            boolean twice = sql.charAt(at) == quote && at + 1 < sql.length() && sql.charAt(at + 1) == quote;
            if (twice || (backslashes && sql.charAt(at) == '\\')) {
                at++;
            } else if (sql.charAt(at) == quote) {
                return at + 1;
            }
        }
        return sql.length();
    }

    /** Says whether this is the letter in front of a text with backslashes, {@code E'...'}. */
    private static boolean isEscaping(String sql, int at) {
        return at >= 0 && (sql.charAt(at) == 'e' || sql.charAt(at) == 'E') && !isWord(sql, at - 1);
    }

    private static boolean isWord(String sql, int at) {
        return at >= 0 && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_' || sql.charAt(at) == '$');
    }
}
