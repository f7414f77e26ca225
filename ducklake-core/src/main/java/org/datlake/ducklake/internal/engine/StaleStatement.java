package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;

/** The columns of a prepared statement changed, because someone changed the schema. It may be prepared and run again. */
public final class StaleStatement extends SQLException {

    private static final long serialVersionUID = 1L;

    StaleStatement() {
        super(
                "TransactionContext Error: Transaction conflict: someone changed the columns while the statement was started");
    }
}
