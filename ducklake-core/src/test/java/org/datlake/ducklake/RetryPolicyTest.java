package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    @Test
    void connections_are_tried_again_with_long_waits_and_calls_with_short_ones() {
        assertThat(RetryPolicy.ofConnectionRetries(3))
                .isEqualTo(new RetryPolicy(3, Duration.ofMillis(500), 2, Duration.ofSeconds(5)));
        assertThat(RetryPolicy.ofRetries(100))
                .isEqualTo(new RetryPolicy(100, Duration.ofMillis(50), 2, Duration.ofSeconds(1)));
    }

    @Test
    void no_retries_and_no_waits_are_fine() {
        RetryPolicy none = new RetryPolicy(0, Duration.ZERO, 1, Duration.ZERO);

        assertThat(none.maxRetries()).isZero();
    }

    @Test
    void all_problems_are_told_at_once() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> new RetryPolicy(-1, Duration.ofSeconds(-1), 0.5, Duration.ofSeconds(-2)));

        assertThat(thrown.problems())
                .hasSize(4)
                .anySatisfy(problem -> assertThat(problem).contains("maxRetries", "-1"))
                .anySatisfy(problem -> assertThat(problem).contains("firstWait"))
                .anySatisfy(problem -> assertThat(problem).contains("backoff", "0.5"))
                .anySatisfy(problem -> assertThat(problem).contains("maxWait"));
    }

    @Test
    void a_backoff_that_is_no_number_is_refused() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class, () -> new RetryPolicy(1, Duration.ZERO, Double.NaN, Duration.ZERO));

        assertThat(thrown.problems()).hasSize(1);
    }
}
