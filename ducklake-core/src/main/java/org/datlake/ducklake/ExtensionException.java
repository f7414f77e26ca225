package org.datlake.ducklake;

/** A DuckDB extension is missing, damaged or of the wrong version. The message lists what was tried, and where. */
public class ExtensionException extends DuckLakeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message that says what was tried and what to do. */
    public ExtensionException(String message) {
        super(message, "Extension", "58P01", false, null);
    }
}
