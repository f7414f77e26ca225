package org.datlake.ducklake.internal.load;

import org.jspecify.annotations.Nullable;

/**
 * A step of a source's offset.
 *
 * @param source the source
 * @param expected where it starts, or null for the beginning
 * @param next where it ends
 */
record OffsetStep(String source, @Nullable String expected, String next) {}
