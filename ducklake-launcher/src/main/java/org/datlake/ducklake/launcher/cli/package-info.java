/** The command line. */
@NullMarked
package org.datlake.ducklake.launcher.cli;

import org.jspecify.annotations.NullMarked;
