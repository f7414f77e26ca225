package org.datlake.ducklake.testing.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Where everything on its way waits while the wire is frozen or slow. Safe for use by several threads. */
public final class Gate {

    private boolean frozen;
    private Duration delay = Duration.ZERO;

    /** Lets nothing pass, or everything again. */
    public synchronized void freeze(boolean value) {
        frozen = value;
        notifyAll();
    }

    /** Lets everything wait for so long before it passes. */
    public synchronized void delay(Duration value) {
        delay = value;
        notifyAll();
    }

    /** Has those who wait look again whether their connection is closed. */
    synchronized void wake() {
        notifyAll();
    }

    /** Waits until what has arrived just now may pass; says no if its connection is closed before that. */
    synchronized boolean pass(BooleanSupplier closed) throws InterruptedException {
        long arrival = System.nanoTime();
        while (!closed.getAsBoolean()) {
            long left = arrival + delay.toNanos() - System.nanoTime();
            if (frozen) {
                wait();
            } else if (left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } else {
                return true;
            }
        }
        return false;
    }
}
