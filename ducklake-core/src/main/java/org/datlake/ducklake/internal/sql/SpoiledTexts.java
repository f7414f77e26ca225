package org.datlake.ducklake.internal.sql;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Texts that DuckLake spoils on their way into the catalog: it takes them for places where something is to be put in
 * ({@code {SNAPSHOT_ID}}), finds them never again, or cannot write them at all.
 */
public final class SpoiledTexts {

    private static final List<String> TOKENS = List.of(
            "{SNAPSHOT_ID}",
            "{SCHEMA_VERSION}",
            "{NEXT_CATALOG_ID}",
            "{NEXT_FILE_ID}",
            "{AUTHOR}",
            "{COMMIT_MESSAGE}",
            "{COMMIT_EXTRA_INFO}",
            "{METADATA_CATALOG}",
            "{METADATA_SCHEMA_ESCAPED}",
            "{DATA_PATH}",
            "{METADATA_PATH}",
            "{METADATA_CATALOG_NAME_LITERAL}",
            "{METADATA_CATALOG_NAME_IDENTIFIER}",
            "{METADATA_SCHEMA_NAME_LITERAL}");

    private static final Set<String> WRITING = Set.of("insert", "update", "merge", "create", "alter", "comment");

    private SpoiledTexts() {}

    /** Returns what is wrong with a text, or null if nothing is. */
    public static @Nullable String problem(String text) {
        if (text.indexOf('\0') >= 0) {
            return "a text holds the character NUL, which PostgreSQL cannot store";
        }
        if (text.indexOf('{') < 0) {
            return null;
        }
        for (String token : TOKENS) {
            if (text.contains(token)) {
                return "a text holds " + token + ", which DuckLake would replace by something else in its catalog, so "
                        + "that the row could not be found again";
            }
        }
        return null;
    }

    /** Writes a condition in SQL that is true for texts that have a problem. */
    public static String problemIn(String expression) {
        // The first two are quick, and false for nearly all texts.
        String tokens = TOKENS.stream()
                .map(token -> "contains(" + expression + ", " + SqlText.literal(token) + ")")
                .collect(Collectors.joining(" OR "));
        return "(contains(" + expression + ", chr(0)) OR (contains(" + expression + ", '{') AND (" + tokens + ")))";
    }

    /**
     * Refuses a text.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static void refuse(String text) {
        String problem = problem(text);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** Says whether texts in a statement, or bound to it, can get into the catalog. */
    public static boolean canBeIn(String sql) {
        return WRITING.contains(FirstWord.of(sql));
    }
}
