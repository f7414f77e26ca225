package org.datlake.ducklake.internal.engine;

import java.time.Duration;

/**
 * Turns "how many seconds may be spent on reaching the store" into DuckDB's settings: a time-out for each request, and
 * a number of repetitions whose waits grow fourfold from 100 ms.
 *
 * @param timeoutSeconds DuckDB's {@code http_timeout}
 * @param retries DuckDB's {@code http_retries}
 */
record HttpRetryBudget(int timeoutSeconds, int retries) {

    static final int WAIT_MILLIS = 100;
    static final int BACKOFF = 4;
    private static final int MOST_RETRIES = 6;

    /** A third of the budget goes to one silent request, another third to waits between quick refusals. */
    static HttpRetryBudget of(Duration budget) {
        long third = Math.max(1000, budget.toMillis() / 3);
        int retries = 0;
        long waits = 0;
        long wait = WAIT_MILLIS;
        while (retries < MOST_RETRIES && waits + wait <= third) {
            waits += wait;
            wait *= BACKOFF;
            retries++;
        }
        return new HttpRetryBudget((int) Math.min(third / 1000, 3600), retries);
    }
}
