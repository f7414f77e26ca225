package org.datlake.ducklake.launcher.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WrongTokensTest {

    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
    private final WrongTokens tokens = new WrongTokens(() -> now);

    @Test
    void the_tenth_unknown_token_within_a_minute_locks_out_for_a_minute() {
        for (int i = 1; i < WrongTokens.MOST; i++) {
            assertThat(tokens.wrong("a")).isFalse();
            assertThat(tokens.lockedOut("a", "t")).isZero();
        }
        pass(Duration.ofSeconds(50));

        assertThat(tokens.wrong("a")).isTrue();

        assertThat(tokens.lockedOut("a", "t")).isEqualTo(Duration.ofMinutes(1));
        pass(Duration.ofSeconds(59));
        assertThat(tokens.lockedOut("a", "t")).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(tokens.lockedOut("a", "t")).isZero();
    }

    @Test
    void after_a_lockout_the_count_begins_anew() {
        lockOut("a");
        pass(Duration.ofSeconds(61));

        assertThat(tokens.wrong("a")).isFalse();
        assertThat(tokens.lockedOut("a", "t")).isZero();
    }

    @Test
    void tokens_that_are_mistyped_now_and_then_lock_out_nobody() {
        for (int i = 0; i < 100; i++) {
            assertThat(tokens.wrong("a")).isFalse();
            pass(Duration.ofSeconds(8));
        }
    }

    @Test
    void other_addresses_are_not_locked_out() {
        lockOut("a");

        assertThat(tokens.lockedOut("b", "t")).isZero();
    }

    @Test
    void a_token_that_was_right_before_from_the_same_address_still_is() {
        tokens.right("a", "known");
        tokens.right("b", "of another address");
        lockOut("a");

        assertThat(tokens.lockedOut("a", "known")).isZero();
        assertThat(tokens.lockedOut("a", "of another address")).isPositive();
    }

    private void lockOut(String address) {
        for (int i = 0; i < WrongTokens.MOST; i++) {
            tokens.wrong(address);
        }
        assertThat(tokens.lockedOut(address, "t")).isPositive();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
