/** Benchmarks against peers: raw DuckDB JDBC, and DuckDB's Python client. Both sides alternate in one run. */
@NullMarked
package org.datlake.ducklake.benchmark;

import org.jspecify.annotations.NullMarked;
