/** The program: starting, logging, stopping. */
@NullMarked
package org.datlake.ducklake.launcher;

import org.jspecify.annotations.NullMarked;
