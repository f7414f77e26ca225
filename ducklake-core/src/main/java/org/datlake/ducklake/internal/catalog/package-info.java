/** The catalog database, seen directly and not through DuckDB: its state, its locks, its health. */
@NullMarked
package org.datlake.ducklake.internal.catalog;

import org.jspecify.annotations.NullMarked;
