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
     * Runs. Who comes first changes from round to round.
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
            boolean oursFirst = i % 2 == 0;
            double first = (oursFirst ? ours : peer).measure();
            double second = (oursFirst ? peer : ours).measure();
            double mine = oursFirst ? first : second;
            double theirs = oursFirst ? second : first;
            ourFigures.add(mine);
            peerFigures.add(theirs);
            ratios.add(mine / theirs);
        }
        return new Result(
                name,
                median(ourFigures),
                median(peerFigures),
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }

    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
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

        Figure against(Goal goal, String unit) {
            return new Figure(
                    name,
                    unit,
                    String.format(Locale.ROOT, "%.2f", ours),
                    String.format(Locale.ROOT, "%.2f", peer),
                    String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", ratio, least, greatest),
                    goal.toString(),
                    goal.isMetBy(ratio));
        }
    }
}
