/** The object store or directory, seen directly and not through DuckDB: set-up and health. */
@NullMarked
package org.datlake.ducklake.internal.storage;

import org.jspecify.annotations.NullMarked;
