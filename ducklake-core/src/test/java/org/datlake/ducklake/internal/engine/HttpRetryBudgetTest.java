package org.datlake.ducklake.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRetryBudgetTest {

    @ParameterizedTest
    @CsvSource({"30, 10, 4", "3, 1, 2", "10, 3, 3", "90, 30, 4", "600, 200, 6"})
    void a_budget_in_seconds_becomes_a_time_out_and_a_number_of_repetitions(int seconds, int timeout, int retries) {
        assertThat(HttpRetryBudget.of(Duration.ofSeconds(seconds))).isEqualTo(new HttpRetryBudget(timeout, retries));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10, 30, 60, 300, 3600})
    void time_out_and_waits_together_stay_within_the_budget(int seconds) {
        HttpRetryBudget budget = HttpRetryBudget.of(Duration.ofSeconds(seconds));

        long waits = 0;
        long wait = HttpRetryBudget.WAIT_MILLIS;
        for (int i = 0; i < budget.retries(); i++) {
            waits += wait;
            wait *= HttpRetryBudget.BACKOFF;
        }
        assertThat(waits + 1000L * budget.timeoutSeconds()).isLessThanOrEqualTo(1000L * seconds);
    }

    @Test
    void the_shortest_budget_still_lets_a_request_be_made() {
        HttpRetryBudget budget = HttpRetryBudget.of(Duration.ofMillis(100));

        assertThat(budget.timeoutSeconds()).isEqualTo(1);
        assertThat(budget.retries()).isPositive();
    }

    @Test
    void the_longest_budget_is_capped() {
        HttpRetryBudget budget = HttpRetryBudget.of(Duration.ofDays(365));

        assertThat(budget.timeoutSeconds()).isEqualTo(3600);
        assertThat(budget.retries()).isEqualTo(6);
    }
}
