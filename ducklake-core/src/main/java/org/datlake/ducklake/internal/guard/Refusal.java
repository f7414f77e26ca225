package org.datlake.ducklake.internal.guard;

/** A statement is not one that may run. Says what was refused and where, in words of the statement itself. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean syntax;

    private Refusal(String message, boolean syntax) {
        super(message);
        this.syntax = syntax;
    }

    /** Refuses something. */
    static Refusal of(String message) {
        return new Refusal(message, false);
    }

    /** Refuses what is no SQL. */
    static Refusal syntax(String message) {
        return new Refusal(message, true);
    }

    /** Returns this refusal with something said in front. */
    Refusal prefixed(String text) {
        return new Refusal(text + getMessage(), syntax);
    }

    /** Says whether the statement could not even be read. */
    boolean isSyntax() {
        return syntax;
    }
}
