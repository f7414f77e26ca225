package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.Set;

/** Tells statements that write rows and return none, so that they can be run in a transaction of their own. */
public final class SingleWrite {

    private static final Set<String> WORDS = Set.of("insert", "update", "delete", "merge");

    private SingleWrite() {}

    /** Says whether it is certain that a text is one such statement. */
    public static boolean is(String sql) {
        return WORDS.contains(FirstWord.of(sql))
                && sql.indexOf(';') < 0
                && !sql.toLowerCase(Locale.ROOT).contains("returning");
    }
}
