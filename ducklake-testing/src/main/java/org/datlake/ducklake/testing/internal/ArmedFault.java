package org.datlake.ducklake.testing.internal;

import java.util.function.Function;

/**
 * Counts the messages of all connections, and picks the one at which its connection is cut. Safe for use by several
 * threads.
 */
public final class ArmedFault {

    /** What is to become of a message and its connection. */
    enum Verdict {
        PASS,
        CUT_BEFORE,
        CUT_AFTER,
        /** Cut after the Sync that follows, with which the server acts on the message. */
        CUT_AFTER_SYNC
    }

    private Function<PostgresMessage, Verdict> fault = ArmedFault::none;
    private long messages;
    private int fired;

    /** Picks the n-th message from now on, in place of what was picked before. */
    public void armAtMessage(long n, boolean forwarded) {
        Verdict cut = forwarded ? Verdict.CUT_AFTER : Verdict.CUT_BEFORE;
        arm(message -> messages == n ? cut : Verdict.PASS);
    }

    /** Picks the next message whose SQL contains a text, in place of what was picked before. */
    public void armAtText(String sql, boolean forwarded) {
        arm(message -> {
            if (!message.contains(sql)) {
                return Verdict.PASS;
            }
            if (!forwarded) {
                return Verdict.CUT_BEFORE;
            }
            return message.waitsForSync() ? Verdict.CUT_AFTER_SYNC : Verdict.CUT_AFTER;
        });
    }

    private static Verdict none(PostgresMessage message) {
        return Verdict.PASS;
    }

    private synchronized void arm(Function<PostgresMessage, Verdict> next) {
        fault = next;
        messages = 0;
    }

    /** Picks nothing any more, and goes on counting. */
    public synchronized void disarm() {
        fault = ArmedFault::none;
    }

    /** Returns how many messages came since something was picked, or since the beginning. */
    public synchronized long messages() {
        return messages;
    }

    /** Returns how often a picked message came. */
    public synchronized int fired() {
        return fired;
    }

    synchronized Verdict judge(PostgresMessage message) {
        messages++;
        Verdict verdict = fault.apply(message);
        if (verdict != Verdict.PASS) {
            fault = ArmedFault::none;
            fired++;
        }
        return verdict;
    }
}
