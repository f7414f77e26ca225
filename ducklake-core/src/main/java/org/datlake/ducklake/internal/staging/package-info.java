/** Rows on their way into tables, checked and turned into what the engine takes: its vectors, or its Appender. */
@NullMarked
package org.datlake.ducklake.internal.staging;

import org.jspecify.annotations.NullMarked;
