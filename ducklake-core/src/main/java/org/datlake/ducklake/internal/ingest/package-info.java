/** Row writers: rows of many callers, staged by the Appender, committed together. */
@NullMarked
package org.datlake.ducklake.internal.ingest;

import org.jspecify.annotations.NullMarked;
