package org.datlake.ducklake.benchmark;

import java.util.Arrays;

/** How long calls took. Thread-safe. */
final class Latencies {

    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    synchronized int count() {
        return count;
    }

    synchronized double millis(double quantile) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, (long) (quantile * count))] / 1e6;
    }

    /** Returns all of them, each with a space in front. */
    synchronized String inNanos() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(' ').append(nanos[i]);
        }
        return text.toString();
    }

    /** Both sides' latencies as a figure. */
    static Figure compare(String name, Latencies ours, Latencies peers, double quantile, double limit) {
        double mine = ours.millis(quantile);
        double theirs = peers.millis(quantile);
        return new Duel.Result(name, mine, theirs, mine / theirs, mine / theirs, mine / theirs)
                .against(Goal.atMost(limit), "ms");
    }
}
