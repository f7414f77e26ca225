/** Compares the catalog with what is in the storage. */
@NullMarked
package org.datlake.ducklake.internal.check;

import org.jspecify.annotations.NullMarked;
