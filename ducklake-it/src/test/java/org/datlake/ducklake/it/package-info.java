/** Tests on real servers. */
@NullMarked
package org.datlake.ducklake.it;

import org.jspecify.annotations.NullMarked;
