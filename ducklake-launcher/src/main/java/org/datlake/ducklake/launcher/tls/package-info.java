/** The certificate of the HTTP server. */
@NullMarked
package org.datlake.ducklake.launcher.tls;

import org.jspecify.annotations.NullMarked;
