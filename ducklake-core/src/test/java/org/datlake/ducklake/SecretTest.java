package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void its_text_never_shows_it() {
        Secret secret = Secret.of("canary");

        assertThat(secret).hasToString("***");
        assertThat("with " + secret).isEqualTo("with ***");
        assertThat(secret.reveal()).isEqualTo("canary");
    }

    @Test
    void a_source_is_asked_each_time_so_that_passwords_may_rotate() {
        AtomicReference<String> file = new AtomicReference<>("old");
        Secret secret = Secret.from(file::get);

        assertThat(secret.reveal()).isEqualTo("old");
        file.set("new");
        assertThat(secret.reveal()).isEqualTo("new");
    }

    @Test
    void secrets_are_equal_when_their_values_are() {
        assertThat(Secret.of("a")).isEqualTo(Secret.from(() -> "a")).hasSameHashCodeAs(Secret.of("a"));
        assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b"));
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway may do
    void a_source_that_has_nothing_is_an_error_that_says_so() {
        Secret secret = Secret.from(() -> null);

        assertThatThrownBy(secret::reveal)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the source of a secret returned null");
    }
}
