package org.datlake.ducklake.launcher;

import java.lang.reflect.Field;
import java.util.Set;

/**
 * Loads DuckDB's library while the command line and the configuration are still being read, which takes about as long.
 */
final class EarlyLoading {

    private static final Set<String> COMMANDS_WITH_A_LAKE = Set.of("sql", "load", "check", "serve", "training");

    private EarlyLoading() {}

    static void start(String command) {
        if (COMMANDS_WITH_A_LAKE.contains(command)) {
            Thread thread = new Thread(() -> load(command), "ducklake-early-loading");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void load(String command) {
        try {
            if (!command.equals("serve")) {
                leaveFlightRecorderOut();
            }
            Class.forName("org.duckdb.DuckDBDriver");
            Class.forName("org.duckdb.DuckDBNative");
        } catch (ReflectiveOperationException | LinkageError e) {
            // Whoever connects meets the same error, and reports it.
        }
    }

    /**
     * With its first connection the driver announces an event to Flight Recorder, which loads 400 classes; a command has
     * ended before anyone could record it.
     */
    private static void leaveFlightRecorderOut() {
        try {
            Field initialized = Class.forName("org.duckdb.DuckDBMemoryMonitor").getDeclaredField("initialized");
            initialized.setAccessible(true);
            initialized.setBoolean(null, true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Another version of the driver: it only takes longer.
        }
    }
}
