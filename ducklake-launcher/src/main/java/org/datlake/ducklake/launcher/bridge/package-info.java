/** How the command line reaches a lake that a running server of the same user has open. */
@NullMarked
package org.datlake.ducklake.launcher.bridge;

import org.jspecify.annotations.NullMarked;
