package org.datlake.ducklake.config;

import java.util.Arrays;

/** The number of typing mistakes between two words: a letter left out, added, replaced, or two neighbours swapped. */
final class EditDistance {

    private EditDistance() {}

    /**
     * Counts the mistakes, as far as they matter.
     *
     * @return the distance, or {@code limit + 1} if it is larger than {@code limit}
     */
    static int between(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            // Words whose beginnings differ in length by more than the limit are too far apart: only a band matters.
            int from = Math.max(1, i - limit);
            int to = Math.min(b.length(), i + limit);
            int[] row = new int[b.length() + 1];
            Arrays.fill(row, limit + 1);
            row[0] = i;
            int smallest = i;
            for (int j = from; j <= to; j++) {
                row[j] = cell(a, b, i, j, beforeLast, last, row);
                smallest = Math.min(smallest, row[j]);
            }
            if (smallest > limit) {
                return limit + 1;
            }
            beforeLast = last;
            last = row;
        }
        return Math.min(last[b.length()], limit + 1);
    }

    private static int cell(String a, String b, int i, int j, int[] beforeLast, int[] last, int[] row) {
        char x = a.charAt(i - 1);
        char y = b.charAt(j - 1);
        int best = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + (x == y ? 0 : 1));
        boolean swapped = i > 1 && j > 1 && x == b.charAt(j - 2) && y == a.charAt(i - 2);
        return swapped ? Math.min(best, beforeLast[j - 2] + 1) : best;
    }
}
