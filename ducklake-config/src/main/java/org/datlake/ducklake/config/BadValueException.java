package org.datlake.ducklake.config;

/** Says what is wrong with a value. The message never holds the value itself: the catcher knows whether it may be shown. */
final class BadValueException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean showsValue;

    private BadValueException(String reason, boolean showsValue) {
        super(reason);
        this.showsValue = showsValue;
    }

    /** Creates a reason that the value is shown with, unless its key is secret. */
    static BadValueException of(String reason) {
        return new BadValueException(reason, true);
    }

    /** Creates a reason that says enough by itself, or for a value that may hold a password by mistake. */
    static BadValueException withoutValue(String reason) {
        return new BadValueException(reason, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    boolean showsValue() {
        return showsValue;
    }
}
