package org.datlake.ducklake.launcher.access;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Locks out addresses that send unknown tokens again and again. A token that was right before, from the same address, is
 * not shut out with them: behind an ingress all callers have one address, and one of them must not be able to lock out
 * the others. Thread-safe.
 */
final class WrongTokens {

    /** So many unknown tokens within {@link #WINDOW} lock out an address. */
    static final int MOST = 10;

    /** Also how long an address stays locked out. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int MOST_ADDRESSES = 10_000;
    private static final int MOST_TOKENS = 16;

    private final LongSupplier nanoClock;
    private final Map<String, Address> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Address> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    WrongTokens(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Says for how long the address is locked out.
     *
     * @param token a digest of the token that it sent
     * @return zero if it is not
     */
    synchronized Duration lockedOut(String address, String token) {
        Address known = addresses.get(address);
        if (known == null || known.wrong < MOST || known.right.contains(token)) {
            return Duration.ZERO;
        }
        Duration left = WINDOW.minusNanos(nanoClock.getAsLong() - known.since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Notes that the address sent an unknown token.
     *
     * @return whether it is locked out by that
     */
    synchronized boolean wrong(String address) {
        Address known = addresses.computeIfAbsent(address, ignored -> new Address());
        long now = nanoClock.getAsLong();
        if (known.wrong == 0 || now - known.since > WINDOW.toNanos()) {
            known.wrong = 0;
            known.since = now;
        }
        known.wrong++;
        if (known.wrong == MOST) {
            known.since = now;
        }
        return known.wrong == MOST;
    }

    /** Notes that the address sent a token that is known. */
    synchronized void right(String address, String token) {
        Set<String> right = addresses.computeIfAbsent(address, ignored -> new Address()).right;
        if (right.size() < MOST_TOKENS) {
            right.add(token);
        }
    }

    /** What came from an address. */
    private static final class Address {
        private final Set<String> right = new HashSet<>();
        private int wrong;

        /** When the count began or, once locked out, when that was. */
        private long since;
    }
}
