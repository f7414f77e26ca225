/**
 * A disposable lake for tests: {@code @DuckLakeTest}, the servers behind it to stop, kill and freeze, and a proxy that
 * breaks the wire to them.
 */
@NullMarked
package org.datlake.ducklake.testing;

import org.jspecify.annotations.NullMarked;
