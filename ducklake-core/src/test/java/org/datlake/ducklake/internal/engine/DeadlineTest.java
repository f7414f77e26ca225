package org.datlake.ducklake.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void time_runs_from_the_moment_it_is_made() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));

        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.total()).isEqualTo(Duration.ofSeconds(30));
        assertThat(deadline.remaining()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
        Duration before = deadline.remaining();
        await().until(() -> deadline.remaining().compareTo(before) < 0);
        assertThat(deadline.elapsed()).isPositive();
    }

    @Test
    void once_it_has_passed_nothing_remains() {
        Deadline deadline = Deadline.after(Duration.ZERO);

        await().until(deadline::hasPassed);
        assertThat(deadline.remaining()).isEqualTo(Duration.ZERO);
        assertThat(deadline.remainingNanos()).isNotPositive();
    }

    @Test
    void longer_than_any_clock_is_as_good_as_never() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(36_500));
    }

    @Test
    void a_negative_duration_has_passed_at_once() {
        assertThat(Deadline.after(Duration.ofSeconds(-1)).hasPassed()).isTrue();
    }
}
