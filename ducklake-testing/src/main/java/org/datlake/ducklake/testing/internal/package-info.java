/** How servers are found, started and ended; not for use outside this module. */
@NullMarked
package org.datlake.ducklake.testing.internal;

import org.jspecify.annotations.NullMarked;
