/** Bulk loads: files, JDBC results, rows, records and Arrow streams, each in one transaction. */
@NullMarked
package org.datlake.ducklake.internal.load;

import org.jspecify.annotations.NullMarked;
