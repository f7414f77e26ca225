package org.datlake.ducklake.internal.load;

import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.jspecify.annotations.Nullable;

/** Where queries run: on the client, or in a transaction. */
@FunctionalInterface
public interface Statements {

    /** Prepares a query. */
    Query<Row> query(String sql, @Nullable Object... parameters);
}
