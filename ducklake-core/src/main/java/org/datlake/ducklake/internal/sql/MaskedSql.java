package org.datlake.ducklake.internal.sql;

import java.util.Locale;
import java.util.Set;
import org.datlake.ducklake.internal.sql.SqlScanner.Part;

/** SQL without the values in it: a question mark stands for each, and comments are left out. */
public final class MaskedSql {

    /** In place of what is left out. */
    private static final String MORE = "…";

    private static final int MOST_CHARACTERS = 2000;

    /** Of a list of values so many are shown, and that there are more. */
    private static final int MOST_IN_LIST = 3;

    /** What such statements hold besides names and keywords are literals. */
    private static final Set<String> SHOWN = Set.of(
            "select",
            "from",
            "with",
            "values",
            "insert",
            "update",
            "delete",
            "merge",
            "create",
            "alter",
            "drop",
            "truncate",
            "explain",
            "describe",
            "summarize",
            "show",
            "copy",
            "call",
            "comment",
            "pivot",
            "unpivot");

    /** Names in them may be values, such as those of settings. */
    private static final Set<String> HIDDEN = Set.of(
            "use",
            "begin",
            "start",
            "commit",
            "rollback",
            "abort",
            "set",
            "reset",
            "pragma",
            "attach",
            "detach",
            "load",
            "install",
            "checkpoint",
            "force",
            "analyze",
            "vacuum",
            "prepare",
            "execute",
            "deallocate",
            "export",
            "import");

    private static final Set<String> SECRETS = Set.of("create", "alter", "drop");

    private final StringBuilder out = new StringBuilder();
    private int inList;
    private boolean comma;

    private MaskedSql() {}

    /** Returns the word that a statement begins with, in capitals; OTHER where that is none that is known. */
    public static String verb(String sql) {
        String word = FirstWord.of(sql);
        return SHOWN.contains(word) || HIDDEN.contains(word) ? word.toUpperCase(Locale.ROOT) : "OTHER";
    }

    /** Masks a statement, and cuts it off where it is long. */
    public static String statement(String sql) {
        String word = FirstWord.of(sql);
        String verb = verb(sql);
        if (!SHOWN.contains(word)) {
            return verb + " " + MORE;
        }
        MaskedSql masked = new MaskedSql();
        boolean whole = masked.read(sql, SECRETS.contains(word));
        return whole ? masked.out.toString() : verb + " " + MORE;
    }

    /** Masks what the engine writes conditions as. */
    static String expression(String sql) {
        MaskedSql masked = new MaskedSql();
        masked.read(sql, false);
        return masked.out.toString();
    }

    /** Says no if it is about secrets, whose options are written like names. */
    private boolean read(String sql, boolean mayBeSecret) {
        SqlScanner scanner = new SqlScanner(sql);
        for (Part part = scanner.next(); part != Part.END; part = scanner.next()) {
            if (out.length() > MOST_CHARACTERS) {
                out.setLength(MOST_CHARACTERS);
                out.append(MORE);
                return true;
            }
            if (mayBeSecret && part == Part.WORD && scanner.text().equalsIgnoreCase("secret")) {
                return false;
            }
            add(part, scanner);
        }
        endList();
        return true;
    }

    private void add(Part part, SqlScanner scanner) {
        boolean masked = part == Part.VALUE || (part == Part.WORD && isTruth(scanner.text()));
        if (masked || (part == Part.REFERENCE && scanner.is('?'))) {
            addValue(scanner.gap());
        } else if (inList > 0 && scanner.is(',') && !comma) {
            comma = true;
        } else {
            endList();
            gap(scanner.gap());
            out.append(scanner.text());
        }
    }

    private static boolean isTruth(String word) {
        return word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false");
    }

    private void addValue(boolean gap) {
        if (!comma) {
            endList();
            gap(gap);
            out.append('?');
            inList = 1;
            return;
        }
        comma = false;
        inList++;
        if (inList <= MOST_IN_LIST) {
            out.append(", ?");
        } else if (inList == MOST_IN_LIST + 1) {
            out.append(", ").append(MORE);
        }
    }

    private void endList() {
        if (comma) {
            out.append(',');
        }
        comma = false;
        inList = 0;
    }

    private void gap(boolean gap) {
        if (gap && !out.isEmpty()) {
            out.append(' ');
        }
    }
}
