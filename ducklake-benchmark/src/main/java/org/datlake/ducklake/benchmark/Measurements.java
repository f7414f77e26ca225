package org.datlake.ducklake.benchmark;

import java.time.LocalDateTime;

/** The rows that are written: five columns of the usual kinds. */
final class Measurements {

    /** The columns of a table for them. */
    static final String COLUMNS = " (id BIGINT, a INTEGER, b DOUBLE, c VARCHAR, d TIMESTAMP)";

    /** One of them, for an INSERT. */
    static final String VALUES = " VALUES (1, 2, 0.5, 'a short text', TIMESTAMP '2026-01-01 00:00:00')";

    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);

    private Measurements() {}

    /** Makes the n-th one. */
    static Row row(long n) {
        return new Row(n, (int) (n % 1000), n * 0.5, "a text " + n % 100, START.plusSeconds(n % 86_400));
    }

    /** Makes the n-th one, as the values of its columns. */
    static Object[] values(long n) {
        Row row = row(n);
        return new Object[] {row.id(), row.a(), row.b(), row.c(), row.d()};
    }

    /** A row. */
    record Row(long id, int a, double b, String c, LocalDateTime d) {}
}
