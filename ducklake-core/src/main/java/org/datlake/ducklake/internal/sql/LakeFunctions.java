package org.datlake.ducklake.internal.sql;

/**
 * Calls of DuckLake's functions, named in full. By their short names, as in {@code lake.current_snapshot()}, a macro of the
 * lake can stand in front of them: whoever may create one would decide what we read.
 */
public final class LakeFunctions {

    private LakeFunctions() {}

    /**
     * Returns a call.
     *
     * @param name without {@code ducklake_}
     * @param alias the lake's
     * @param arguments what follows the lake, as SQL
     */
    public static String call(String name, String alias, String... arguments) {
        String first = SqlText.literal(alias);
        String all = arguments.length == 0 ? first : first + ", " + String.join(", ", arguments);
        return "system.main.ducklake_" + name + "(" + all + ")";
    }
}
