/** Rows on their way into tables, checked and turned into what the Appender takes. */
@NullMarked
package org.datlake.ducklake.internal.staging;

import org.jspecify.annotations.NullMarked;
