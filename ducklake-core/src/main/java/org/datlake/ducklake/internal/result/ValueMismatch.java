package org.datlake.ducklake.internal.result;

/** A value cannot be given out as the class asked for. The message holds no value. */
public final class ValueMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String sqlState;

    ValueMismatch(String sqlState, String message) {
        super(message);
        this.sqlState = sqlState;
    }

    /** Returns 22018 where the class does not fit, 22003 where the value is too large, 22002 for an unexpected NULL. */
    public String sqlState() {
        return sqlState;
    }
}
