package org.datlake.ducklake.internal.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InliningChoiceTest {

    private static final int LIMIT = 1000;
    private static final int COMMITS = 640;

    private final InliningChoice choice = new InliningChoice(LIMIT);

    /** Returns how many of many commits were inlined when each way takes so long. */
    private int inlinedOf(int rows, long inlinedNanos, long fileNanos) {
        int inlined = 0;
        for (int i = 0; i < COMMITS; i++) {
            int limit = choice.limitFor(rows);
            assertThat(limit).isIn(0, LIMIT);
            if (limit > 0) {
                inlined++;
            }
            choice.took(rows, limit, limit > 0 ? inlinedNanos : fileNanos);
        }
        return inlined;
    }

    @Test
    void takes_the_way_that_was_quicker_and_seldom_tries_the_other() {
        assertThat(inlinedOf(100, 9, 5)).isLessThan(COMMITS / 20);
        assertThat(inlinedOf(500, 5, 9)).isGreaterThan(COMMITS * 19 / 20);
    }

    @Test
    void changes_its_mind_when_the_store_becomes_slow() {
        assertThat(inlinedOf(500, 9, 5)).isLessThan(COMMITS / 20);
        assertThat(inlinedOf(500, 9, 50)).isGreaterThan(COMMITS * 4 / 5);
    }

    @Test
    void a_few_rows_never_get_a_file_of_their_own() {
        assertThat(inlinedOf(1, 50, 5)).isEqualTo(COMMITS);
    }

    @Test
    void more_rows_than_the_lake_inlines_always_get_one() {
        assertThat(inlinedOf(LIMIT + 1, 5, 50)).isZero();
    }

    @Test
    void a_lake_that_inlines_nothing_inlines_nothing() {
        InliningChoice none = new InliningChoice(0);

        assertThat(none.limitFor(1)).isZero();
        assertThat(none.limitFor(100)).isZero();
    }
}
