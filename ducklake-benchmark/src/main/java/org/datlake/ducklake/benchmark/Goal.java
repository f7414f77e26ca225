package org.datlake.ducklake.benchmark;

/**
 * What a ratio of ours to the peer's is to be.
 *
 * @param limit the ratio that is just good enough
 * @param most whether less is better
 */
record Goal(double limit, boolean most) {

    static Goal atMost(double limit) {
        return new Goal(limit, true);
    }

    static Goal atLeast(double limit) {
        return new Goal(limit, false);
    }

    boolean isMetBy(double ratio) {
        return most ? ratio <= limit : ratio >= limit;
    }

    @Override
    public String toString() {
        return (most ? "<= " : ">= ") + limit;
    }
}
