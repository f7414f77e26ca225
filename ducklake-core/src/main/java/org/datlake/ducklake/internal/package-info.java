/** The client itself: how public calls become work for the engine. */
@NullMarked
package org.datlake.ducklake.internal;

import org.jspecify.annotations.NullMarked;
