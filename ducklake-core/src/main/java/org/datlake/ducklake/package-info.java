/**
 * A client for DuckLake, the lakehouse format of DuckDB.
 *
 * <p>Start at {@link org.datlake.ducklake.DuckLakeClient}. Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package org.datlake.ducklake;

import org.jspecify.annotations.NullMarked;
