package org.datlake.ducklake.launcher.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of W3C's own validation suite, and what Level 1 says beside them. */
class TraceContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

    private static Optional<TraceContext> read(String... parents) {
        return TraceContext.read(List.of(parents), List.of());
    }

    private static String state(String... headers) {
        return TraceContext.read(List.of(VALID), Arrays.asList(headers))
                .orElseThrow()
                .state();
    }

    @Test
    void the_ids_of_a_caller_are_taken() {
        TraceContext caller = read(VALID).orElseThrow();
        assertThat(caller.traceId()).isEqualTo(TRACE);
        assertThat(caller.spanId()).isEqualTo(SPAN);
        assertThat(caller.parent()).isEqualTo(VALID);
        assertThat(caller.state()).isEmpty();
    }

    @Test
    void blanks_around_the_value_do_not_matter() {
        assertThat(read(" \t" + VALID + "\t ").orElseThrow().parent()).isEqualTo(VALID);
    }

    @Test
    void a_child_has_a_span_of_its_own_in_the_same_trace() {
        TraceContext child =
                TraceContext.read(List.of(VALID), List.of("a=1")).orElseThrow().child();
        assertThat(child.traceId()).isEqualTo(TRACE);
        assertThat(child.spanId()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
        assertThat(child.parent()).isEqualTo("00-" + TRACE + "-" + child.spanId() + "-01");
        assertThat(child.state()).isEqualTo("a=1");
    }

    @Test
    void a_new_trace_has_valid_ids_that_nobody_else_has() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            TraceContext started = TraceContext.start();
            assertThat(read(started.parent())).isPresent();
            assertThat(started.parent()).endsWith("-00");
            ids.add(started.traceId());
            ids.add(started.spanId());
        }
        assertThat(ids).hasSize(2000);
    }

    @Test
    void nothing_sent_is_nothing_read() {
        assertThat(read()).isEmpty();
    }

    @Test
    void two_headers_are_as_good_as_none() {
        assertThat(read(VALID, VALID)).isEmpty();
        assertThat(read(VALID + "," + VALID)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                // the version
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "CC-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                // the trace
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473.-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e47360-00f067aa0ba902b7-01",
                // the span
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-.0f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b77-01",
                // the flags
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0.",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                // more than this version has
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what-the-future-will-be-like",
            })
    void what_is_not_valid_is_not_taken(String parent) {
        assertThat(read(parent)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-01", "-01-", "-01-what-the-future-will-be-like"})
    void versions_to_come_are_read_as_far_as_they_are_known(String end) {
        assertThat(read("cc-" + TRACE + "-" + SPAN + end).orElseThrow().parent())
                .isEqualTo(VALID);
    }

    @Test
    void only_the_known_flag_is_passed_on() {
        assertThat(read("00-" + TRACE + "-" + SPAN + "-ff").orElseThrow().parent())
                .isEqualTo(VALID);
        assertThat(read("00-" + TRACE + "-" + SPAN + "-fe").orElseThrow().parent())
                .endsWith("-00");
    }

    @Test
    void the_state_is_kept_in_its_order() {
        assertThat(state("foo=1,bar=2")).isEqualTo("foo=1,bar=2");
        assertThat(state("foo=1", "bar=2")).isEqualTo("foo=1,bar=2");
        assertThat(state(" foo=1\t,\t bar=2,, ")).isEqualTo("foo=1,bar=2");
        assertThat(state("")).isEmpty();
        assertThat(state("tenant@system=x y:/!", "0a_-*/=" + "v".repeat(256)))
                .isEqualTo("tenant@system=x y:/!,0a_-*/=" + "v".repeat(256));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "foo=", "=1", "foo =1", "FOO=1", "foo=1=2", "foo=é", "foo=1,bar", "@foo=1"})
    void a_state_that_is_not_valid_is_lost_and_the_trace_is_not(String header) {
        assertThat(state(header)).isEmpty();
    }

    @Test
    void a_state_may_have_thirty_two_members() {
        assertThat(state(String.join(",", Collections.nCopies(32, "a=1")))).isNotEmpty();
        assertThat(state(String.join(",", Collections.nCopies(33, "a=1")))).isEmpty();
    }

    @Test
    void the_state_of_an_unknown_caller_is_not_taken() {
        assertThat(TraceContext.read(List.of("ff" + VALID.substring(2)), List.of("foo=1")))
                .isEmpty();
    }
}
