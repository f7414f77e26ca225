/** The face towards javax.sql. */
@NullMarked
package org.datlake.ducklake.internal.jdbc;

import org.jspecify.annotations.NullMarked;
