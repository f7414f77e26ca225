/** Writes under faults: nothing acknowledged is lost, nothing is doubled, no file that is needed is deleted. */
@NullMarked
package org.datlake.ducklake.it.commit;

import org.jspecify.annotations.NullMarked;
