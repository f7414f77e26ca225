package org.datlake.ducklake.benchmark;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param name the scenario, ours / the peer's
 * @param unit of both figures
 * @param ours our figure
 * @param peer the peer's
 * @param ratio ours to the peer's, with its spread
 * @param goal what the ratio, or our figure, is to be
 * @param met whether it is
 */
record Figure(String name, String unit, String ours, String peer, String ratio, String goal, boolean met) {

    private static final String FORMAT = "%-54s %-8s %9s %9s  %-19s  %-8s %s";

    static String header() {
        return String.format(Locale.ROOT, FORMAT, "scenario", "unit", "ours", "peer", "ratio", "goal", "");
    }

    String line() {
        return String.format(Locale.ROOT, FORMAT, name, unit, ours, peer, ratio, goal, met ? "MET" : "MISSED");
    }
}
