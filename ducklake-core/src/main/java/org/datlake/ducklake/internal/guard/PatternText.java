package org.datlake.ducklake.internal.guard;

/** Turns patterns of LIKE that are written in a statement into regular expressions that match the same texts. */
final class PatternText {

    private static final char NO_ESCAPE = '\0';

    private PatternText() {}

    /** Returns the regular expression of a pattern that escapes nothing. */
    static String regex(String pattern) {
        return regex(pattern, NO_ESCAPE);
    }

    /**
     * Returns the regular expression of a pattern. Letters stand in it as they stand in the pattern, so that it may be
     * turned to small ones as a whole.
     *
     * @param escape what is in front of a character that stands for itself; NUL: there is none
     * @throws IllegalArgumentException if the pattern ends with what escapes the next character
     */
    static String regex(String pattern, char escape) {
        StringBuilder regex = new StringBuilder(pattern.length() + 16);
        boolean any = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean literal = escape != NO_ESCAPE && c == escape;
            if (literal) {
                i++;
                if (i == pattern.length()) {
                    throw new IllegalArgumentException("the pattern ends with its escape character");
                }
                c = pattern.charAt(i);
            }
            boolean percent = !literal && c == '%';
            if (percent && !any) {
                regex.append(".*");
            } else if (!percent) {
                appendOne(regex, c, literal);
            }
            any = percent;
        }
        return regex.toString();
    }

    private static void appendOne(StringBuilder regex, char c, boolean literal) {
        if (!literal && c == '_') {
            regex.append('.');
        } else {
            if (c < 0x80 && c != '_' && !Character.isLetterOrDigit(c)) {
                regex.append('\\');
            }
            regex.append(c);
        }
    }

    /**
     * Says whether the engine's own matcher takes a pattern in time that grows with the text only: it tries all places for
     * each wildcard that is not the last character.
     *
     * @param wildcard what stands for any number of characters
     */
    static boolean isSimple(String pattern, char wildcard, int longest) {
        long wildcards = pattern.chars()
                .limit(Math.max(0, pattern.length() - 1))
                .filter(c -> c == wildcard)
                .count();
        return pattern.length() <= longest && wildcards <= 1;
    }
}
