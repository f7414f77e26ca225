package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.Set;

/** Tells statements that leave nothing on their connection, such as a setting or a temporary table. */
public final class Traceless {

    /** None of these words can begin a statement that changes the connection it runs on. */
    private static final Set<String> WORDS =
            Set.of("insert", "update", "delete", "merge", "select", "from", "with", "values");

    private Traceless() {}

    /** Says whether it is certain that a statement leaves nothing behind but what it does to tables. */
    public static boolean is(String sql) {
        // setseed() sets the connection's random generator, and anything behind a semicolon may be anything.
        return WORDS.contains(FirstWord.of(sql))
                && sql.indexOf(';') < 0
                && !sql.toLowerCase(Locale.ROOT).contains("setseed");
    }
}
