package org.datlake.ducklake.internal;

import java.sql.SQLException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;

/** Turns what came out of a borrowed JDBC connection back into the client's own exceptions. */
final class JdbcFailures {

    private JdbcFailures() {}

    static DuckLakeException toException(SQLException error) {
        EngineFault fault = EngineFailure.faultBehind(error);
        if (fault != null) {
            return fault.toException(error);
        }
        String state = error.getSQLState() == null ? "HY000" : error.getSQLState();
        return new QueryException(String.valueOf(error.getMessage()), "Jdbc", state, false, error);
    }
}
