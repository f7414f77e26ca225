/** Who may call what over HTTP, and the record of what they did. */
@NullMarked
package org.datlake.ducklake.launcher.access;

import org.jspecify.annotations.NullMarked;
