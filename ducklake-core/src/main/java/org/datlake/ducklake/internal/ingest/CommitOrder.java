package org.datlake.ducklake.internal.ingest;

import java.util.TreeSet;

/** Lets groups that are staged side by side commit in the order they were taken. Thread-safe. */
final class CommitOrder {

    private final TreeSet<Long> left = new TreeSet<>();
    private long next;

    /** Waits until all earlier groups have ended. */
    synchronized void await(long number) {
        boolean interrupted = false;
        while (number > next) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Notes that a group has ended, well or not. */
    synchronized void leave(long number) {
        left.add(number);
        while (!left.isEmpty() && left.first() == next) {
            left.pollFirst();
            next++;
        }
        notifyAll();
    }
}
