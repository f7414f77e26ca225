/** Rows in the Apache Arrow IPC streaming format. */
@NullMarked
package org.datlake.ducklake.launcher.arrow;

import org.jspecify.annotations.NullMarked;
