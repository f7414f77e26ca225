/** The embedded DuckDB instance: opening, attaching, deadlines, replacing it when it breaks. */
@NullMarked
package org.datlake.ducklake.internal.engine;

import org.jspecify.annotations.NullMarked;
