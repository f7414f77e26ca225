package org.datlake.ducklake.internal.sql;

import java.util.Set;
import org.datlake.ducklake.internal.sql.SqlScanner.Part;

/** Tells statements whose plan can be asked for, without anything of them being run. */
public final class Explainable {

    private static final Set<String> WORDS =
            Set.of("select", "from", "with", "values", "insert", "update", "delete", "merge");
    private static final int LONGEST = 100_000;

    private Explainable() {}

    /** Says whether it is certain that a text is one such statement. */
    public static boolean is(String sql) {
        if (sql.length() > LONGEST || !WORDS.contains(FirstWord.of(sql))) {
            return false;
        }
        SqlScanner scanner = new SqlScanner(sql);
        boolean over = false;
        for (Part part = scanner.next(); part != Part.END; part = scanner.next()) {
            // A second statement would run. And PIVOT makes names of values, which a plan would show.
            if (over || (part == Part.WORD && scanner.text().equalsIgnoreCase("pivot"))) {
                return false;
            }
            over = part == Part.SIGN && scanner.is(';');
        }
        return true;
    }
}
