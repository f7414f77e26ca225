/**
 * What the plain engine does without Datlake: DuckDB's JDBC driver with the extensions ducklake, postgres_scanner and
 * httpfs. Each test is a repro to be reported upstream, and fails as soon as the engine is cured.
 */
@NullMarked
package org.datlake.ducklake.it.raw;

import org.jspecify.annotations.NullMarked;
