/** Quoting: the only way by which names and values enter SQL text. */
@NullMarked
package org.datlake.ducklake.internal.sql;

import org.jspecify.annotations.NullMarked;
