/** Small programs to copy from. */
@NullMarked
package org.datlake.ducklake.examples;

import org.jspecify.annotations.NullMarked;
