package org.datlake.ducklake.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.datlake.ducklake.benchmark.Duel.Result;
import org.datlake.ducklake.benchmark.Duel.Side;
import org.junit.jupiter.api.Test;

class DuelTest {

    @Test
    void the_median_is_the_middle_figure_or_the_mean_of_the_two_in_the_middle() {
        assertThat(Duel.median(List.of(5.0))).isEqualTo(5);
        assertThat(Duel.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3);
        assertThat(Duel.median(List.of(4.0, 100.0, 1.0, 2.0))).isEqualTo(3);
    }

    @Test
    void the_ratio_is_the_median_of_the_rounds_and_not_that_of_the_medians() throws Exception {
        Result result = new Duel("noise", figures(10, 40, 30), figures(20, 50, 10)).run(0, 3);

        assertThat(result).isEqualTo(new Result("noise", 30, 20, 0.8, 0.5, 3));
    }

    @Test
    void the_sides_alternate_and_so_does_who_comes_first() throws Exception {
        List<String> order = new ArrayList<>();
        Side ours = () -> {
            order.add("ours");
            return 1;
        };
        Side peer = () -> {
            order.add("peer");
            return 1;
        };

        new Duel("order", ours, peer).run(1, 3);

        assertThat(order).containsExactly("ours", "peer", "ours", "peer", "peer", "ours", "ours", "peer");
    }

    @Test
    void warm_ups_do_not_count() throws Exception {
        Result result = new Duel("warm", figures(1000, 3), figures(1, 2)).run(1, 1);

        assertThat(result).isEqualTo(new Result("warm", 3, 2, 1.5, 1.5, 1.5));
    }

    @Test
    void a_side_that_fails_ends_the_duel() {
        Side failing = () -> {
            throw new IllegalStateException("a wrong answer");
        };

        assertThatThrownBy(() -> new Duel("failing", failing, figures(1)).run(0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a wrong answer");
    }

    @Test
    void a_goal_is_met_at_its_limit_and_missed_beyond_it() {
        assertThat(Goal.atMost(0.8).isMetBy(0.8)).isTrue();
        assertThat(Goal.atMost(0.8).isMetBy(0.81)).isFalse();
        assertThat(Goal.atLeast(2).isMetBy(2)).isTrue();
        assertThat(Goal.atLeast(2).isMetBy(1.99)).isFalse();
    }

    @Test
    void a_line_shows_both_sides_the_ratio_with_its_spread_and_the_verdict() {
        Result result = new Result("start", 320.4, 640.8, 0.5, 0.45, 0.62);

        assertThat(result.against(Goal.atMost(0.8), "ms").line())
                .matches("start +ms +320\\.40 +640\\.80 +0\\.50 \\(0\\.45 to 0\\.62\\) +<= 0\\.8 +MET");
        assertThat(result.against(Goal.atLeast(2), "ms").line()).endsWith("MISSED");
    }

    private static Side figures(double... values) {
        Deque<Double> left = new ArrayDeque<>();
        for (double value : values) {
            left.add(value);
        }
        return left::remove;
    }
}
