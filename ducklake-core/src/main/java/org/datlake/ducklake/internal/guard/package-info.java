/** Statements of people who are not trusted: what may run, and how it is made sure that nothing else does. */
@NullMarked
package org.datlake.ducklake.internal.guard;

import org.jspecify.annotations.NullMarked;
