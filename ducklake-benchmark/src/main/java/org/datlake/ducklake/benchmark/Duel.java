package org.datlake.ducklake.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Runs two sides in turn, round by round, so that what the machine does beside it hits both, and compares them round
 * by round. What counts is the median of the ratios.
 */
final class Duel {

    private final String name;
    private final Side ours;
    private final Side peer;

    Duel(String name, Side ours, Side peer) {
        this.name = name;
        this.ours = ours;
        this.peer = peer;
    }

    /**
     * Runs.
     *
     * @param warmUps rounds that are not counted
     * @param rounds rounds that are
     */
    Result run(int warmUps, int rounds) throws Exception {
        for (int i = 0; i < warmUps; i++) {
            ours.measure();
            peer.measure();
        }
        List<Double> ourFigures = new ArrayList<>();
        List<Double> peerFigures = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double first = i % 2 == 0 ? ours.measure() : peer.measure();
            double second = i % 2 == 0 ? peer.measure() : ours.measure();
            double mine = i % 2 == 0 ? first : second;
            double theirs = i % 2 == 0 ? second : first;
            ourFigures.add(mine);
            peerFigures.add(theirs);
            ratios.add(mine / theirs);
        }
        return new Result(name, median(ourFigures), median(peerFigures), median(ratios), min(ratios), max(ratios));
    }

    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static double min(List<Double> values) {
        return Collections.min(values);
    }

    private static double max(List<Double> values) {
        return Collections.max(values);
    }

    /** One side: runs its work once and returns its figure. */
    @FunctionalInterface
    interface Side {
        /** Measures one round. */
        double measure() throws Exception;
    }

    /**
     * What came out.
     *
     * @param name the scenario
     * @param ours our median figure
     * @param peer the peer's
     * @param ratio the median of ours / peer, round by round
     * @param least the least ratio
     * @param greatest the greatest
     */
    record Result(String name, double ours, double peer, double ratio, double least, double greatest) {

        String line(String unit, String goal, boolean met) {
            return String.format(
                    Locale.ROOT,
                    "%-44s ours %10.2f %-7s peer %10.2f %-7s ratio %.2f (%.2f to %.2f)  goal %s  %s",
                    name,
                    ours,
                    unit,
                    peer,
                    unit,
                    ratio,
                    least,
                    greatest,
                    goal,
                    met ? "MET" : "MISSED");
        }
    }
}
