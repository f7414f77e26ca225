/** Results as blocks of decoded columns, and rows and objects made of them. */
@NullMarked
package org.datlake.ducklake.internal.result;

import org.jspecify.annotations.NullMarked;
