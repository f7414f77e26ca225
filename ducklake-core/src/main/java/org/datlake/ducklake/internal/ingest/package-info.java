/** Row writers: rows of many callers, committed together. */
@NullMarked
package org.datlake.ducklake.internal.ingest;

import org.jspecify.annotations.NullMarked;
