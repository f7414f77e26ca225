package org.datlake.ducklake.launcher.cli;

/** A command failed for a reason of its own; the message is for the user. */
final class CommandFailure extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
