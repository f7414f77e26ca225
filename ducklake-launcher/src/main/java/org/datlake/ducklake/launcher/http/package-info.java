/** The backend's HTTP face: routes translate requests into the client's calls, and back. */
@NullMarked
package org.datlake.ducklake.launcher.http;

import org.jspecify.annotations.NullMarked;
