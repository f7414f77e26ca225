/** A disposable lake for tests: {@code @DuckLakeTest}, and the servers behind it to stop, kill and freeze. */
@NullMarked
package org.datlake.ducklake.testing;

import org.jspecify.annotations.NullMarked;
