package org.datlake.ducklake.launcher.cli;

/** What the commands know of the terminal. */
final class Console {

    private Console() {}

    /**
     * Says whether a person reads along on a terminal. The start script finds out and tells: Java itself answers
     * differently from version to version.
     */
    static boolean isTerminal() {
        return Boolean.getBoolean("ducklake.terminal");
    }
}
