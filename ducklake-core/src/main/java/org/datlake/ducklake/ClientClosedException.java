package org.datlake.ducklake;

/** The client was closed, before the call or while it ran. */
public class ClientClosedException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with SQLSTATE 08003 (connection does not exist). */
    public ClientClosedException(String message) {
        super(message, "Closed", "08003", false, null);
    }
}
