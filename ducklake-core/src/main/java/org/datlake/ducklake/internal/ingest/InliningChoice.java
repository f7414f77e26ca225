package org.datlake.ducklake.internal.ingest;

import java.util.Arrays;

/**
 * Chooses whether a group's rows go into the catalog or into a file: whichever has been quicker for groups of that size.
 * Inlining saves writing an object but sends the rows as text, so it wins for few rows; where it stops doing so depends
 * on the store, the network and the rows. Both ways are tried when a size is new, and the slower one again now and then.
 * Thread-safe.
 */
final class InliningChoice {

    /** Which way to take before anything is known. */
    private static final int FIRST_GUESS_ROWS = 150;

    /** What comes between two tries of the way that was slower. */
    private static final int TRIES_APART = 64;

    /** Nobody tries the other way for as few rows as these: a file of its own is never quicker. */
    private static final int ALWAYS_INLINED_ROWS = 32;

    private static final double WEIGHT_OF_NEWEST = 0.2;

    private final int limit;
    private final Size[] sizes = new Size[Integer.SIZE];

    /** Makes a choice for a lake that inlines up to this many rows. */
    InliningChoice(int limit) {
        this.limit = limit;
        Arrays.setAll(sizes, i -> new Size());
    }

    /** Returns the limit that a commit of so many rows is to be run with. */
    synchronized int limitFor(long rows) {
        return rows <= limit && isInlined(rows) ? limit : 0;
    }

    private boolean isInlined(long rows) {
        if (rows <= ALWAYS_INLINED_ROWS) {
            return true;
        }
        Size size = sizeOf(rows);
        size.asked++;
        if (size.inlined == 0 || size.file == 0) {
            boolean first = rows <= FIRST_GUESS_ROWS;
            boolean tryOther = size.asked % 4 == 0;
            return first != tryOther;
        }
        boolean quicker = size.inlined < size.file;
        return quicker != (size.asked % TRIES_APART == 0);
    }

    /** Learns how long a commit of so many rows took. */
    synchronized void took(long rows, int chosenLimit, long nanos) {
        if (rows <= ALWAYS_INLINED_ROWS || rows > limit) {
            return;
        }
        Size size = sizeOf(rows);
        if (chosenLimit > 0) {
            size.inlined = smoothed(size.inlined, nanos);
        } else {
            size.file = smoothed(size.file, nanos);
        }
    }

    private static double smoothed(double before, long nanos) {
        return before == 0 ? nanos : before + WEIGHT_OF_NEWEST * (nanos - before);
    }

    /** Sizes that are within the square root of two of each other are one. */
    private Size sizeOf(long rows) {
        int doubled = 63 - Long.numberOfLeadingZeros(rows * rows);
        return sizes[Math.min(doubled, sizes.length - 1)];
    }

    /** What is known of groups of about the same size: smoothed nanoseconds, 0 for not tried yet. */
    private static final class Size {
        private double inlined;
        private double file;
        private long asked;
    }
}
