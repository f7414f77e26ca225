/** Traces: where requests stand in them, and who records them. */
@NullMarked
package org.datlake.ducklake.launcher.trace;

import org.jspecify.annotations.NullMarked;
