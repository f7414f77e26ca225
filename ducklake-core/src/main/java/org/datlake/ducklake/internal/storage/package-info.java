/** The object store or directory, seen directly and not through DuckDB: set-up, health, and its files. */
@NullMarked
package org.datlake.ducklake.internal.storage;

import org.jspecify.annotations.NullMarked;
