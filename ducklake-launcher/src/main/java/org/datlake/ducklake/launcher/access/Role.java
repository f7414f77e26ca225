package org.datlake.ducklake.launcher.access;

import java.util.Locale;

/** What the owner of a token may do. */
enum Role {
    READER,
    WRITER,
    OPERATOR;

    /** Returns the word for logs. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
