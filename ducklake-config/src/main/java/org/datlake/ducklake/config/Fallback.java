package org.datlake.ducklake.config;

import org.jspecify.annotations.Nullable;

/**
 * What holds when a key is not given.
 *
 * @param value the value, or null when it follows from other things or there is none
 * @param text the same for readers, in Markdown
 * @param derived whether the value follows from other things
 */
record Fallback(@Nullable String value, String text, boolean derived) {

    /** A fixed value. */
    static Fallback value(String value) {
        return new Fallback(value, "`" + value + "`", false);
    }

    /** A value that follows from other keys, the machine or the container. */
    static Fallback rule(String text) {
        return new Fallback(null, text, true);
    }

    /** No value. */
    static Fallback unset() {
        return new Fallback(null, "unset", false);
    }

    /** No value, which means something. */
    static Fallback unset(String meaning) {
        return new Fallback(null, "unset: " + meaning, false);
    }
}
