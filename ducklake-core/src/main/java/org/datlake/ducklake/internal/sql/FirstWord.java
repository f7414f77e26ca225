package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the word that a statement begins with, behind white space and comments. */
public final class FirstWord {

    /** Its loops are possessive: others take a frame of the stack for each turn, and comments may be long. */
    private static final Pattern FIRST_WORD =
            Pattern.compile("(?:\\s|--[^\\n]*(?:\\n|$)|/\\*(?:[^*]|\\*(?!/))*+\\*/)*+([A-Za-z]+)\\b");

    private FirstWord() {}

    /** Returns it in lower case; empty if the text begins with something else. */
    public static String of(String sql) {
        Matcher word = FIRST_WORD.matcher(sql);
        return word.lookingAt() ? word.group(1).toLowerCase(Locale.ROOT) : "";
    }
}
