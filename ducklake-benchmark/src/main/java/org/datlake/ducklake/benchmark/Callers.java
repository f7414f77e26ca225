package org.datlake.ducklake.benchmark;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that call one after the other, each waiting for its answer. */
final class Callers {

    private Callers() {}

    /**
     * Runs callers for one round.
     *
     * @param latencies takes how long each call took
     * @return how many calls ended a second
     */
    static double rate(int callers, Duration round, Latencies latencies, CallSource source) throws Exception {
        AtomicLong calls = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        long until = System.nanoTime() + round.toNanos();
        for (int i = 0; i < callers; i++) {
            Call call = source.open();
            Thread thread = new Thread(() -> {
                try {
                    while (System.nanoTime() < until) {
                        long started = System.nanoTime();
                        call.run();
                        latencies.add(System.nanoTime() - started);
                        calls.incrementAndGet();
                    }
                } catch (Exception e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
        }
        long started = System.nanoTime();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " callers failed", failures.get(0));
        }
        return calls.get() / ((System.nanoTime() - started) / 1e9);
    }

    /** Makes a call for each caller, with a connection of its own where it needs one. */
    @FunctionalInterface
    interface CallSource {
        Call open() throws SQLException;
    }

    /** One call. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }
}
