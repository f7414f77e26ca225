/** What can go wrong in the engine, in the words of this library; nobody else reads engine messages. */
@NullMarked
package org.datlake.ducklake.internal.fault;

import org.jspecify.annotations.NullMarked;
