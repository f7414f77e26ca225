/** Rows of many callers on their way into tables: staged by the Appender, committed together. */
@NullMarked
package org.datlake.ducklake.internal.ingest;

import org.jspecify.annotations.NullMarked;
