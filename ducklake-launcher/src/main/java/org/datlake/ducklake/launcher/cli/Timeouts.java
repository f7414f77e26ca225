package org.datlake.ducklake.launcher.cli;

import java.time.Duration;

/** Timeouts as the command line takes them. */
final class Timeouts {

    private Timeouts() {}

    /**
     * Returns a timeout of so many seconds.
     *
     * @throws CommandFailure if that is less than one
     */
    static Duration ofSeconds(long seconds) {
        if (seconds < 1) {
            throw new CommandFailure("--timeout: " + seconds + " is not a number of seconds above 0");
        }
        return Duration.ofSeconds(seconds);
    }
}
