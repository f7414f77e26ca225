package org.datlake.ducklake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lake as it was at one snapshot, for reading. Safe for use by several threads until it is closed; closing the
 * client closes it too.
 */
public interface SnapshotView extends AutoCloseable {

    /** Returns the snapshot's id. */
    long snapshotId();

    /** Prepares a statement that reads the lake as it was; see {@link DuckLakeClient#query}. */
    Query<Row> query(String sql, @Nullable Object... parameters);

    /** Returns the tables that were there. */
    List<TableInfo> tables();

    /** Ends the view. Never throws; further calls do nothing. */
    @Override
    void close();
}
