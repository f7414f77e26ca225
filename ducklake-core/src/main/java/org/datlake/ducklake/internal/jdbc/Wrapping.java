package org.datlake.ducklake.internal.jdbc;

import java.sql.SQLException;

/** What {@link java.sql.Wrapper} asks for. */
final class Wrapping {

    private Wrapping() {}

    static <T> T unwrap(Object wrapper, Class<T> type) throws SQLException {
        if (type.isInstance(wrapper)) {
            return type.cast(wrapper);
        }
        throw new SQLException(wrapper.getClass().getSimpleName() + " is no wrapper for " + type.getName(), "0A000");
    }
}
