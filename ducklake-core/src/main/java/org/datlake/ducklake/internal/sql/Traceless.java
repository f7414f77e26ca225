package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells statements that leave nothing on their connection, such as a setting or a temporary table. */
public final class Traceless {

    private static final Pattern FIRST_WORD =
            Pattern.compile("(?:\\s|--[^\\n]*(?:\\n|$)|/\\*(?:[^*]|\\*(?!/))*\\*/)*+([A-Za-z]+)\\b");

    /** None of these words can begin a statement that changes the connection it runs on. */
    private static final Set<String> WORDS =
            Set.of("insert", "update", "delete", "merge", "select", "from", "with", "values");

    private Traceless() {}

    /** Says whether it is certain that a statement leaves nothing behind but what it does to tables. */
    public static boolean is(String sql) {
        Matcher word = FIRST_WORD.matcher(sql);
        // setseed() sets the connection's random generator, and anything behind a semicolon may be anything.
        return word.lookingAt()
                && WORDS.contains(word.group(1).toLowerCase(Locale.ROOT))
                && sql.indexOf(';') < 0
                && !sql.toLowerCase(Locale.ROOT).contains("setseed");
    }
}
