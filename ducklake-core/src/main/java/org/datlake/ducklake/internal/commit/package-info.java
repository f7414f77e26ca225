/** Commits, and finds out what became of commits whose answer was lost. */
@NullMarked
package org.datlake.ducklake.internal.commit;

import org.jspecify.annotations.NullMarked;
