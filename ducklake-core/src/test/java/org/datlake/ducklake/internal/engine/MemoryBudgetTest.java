package org.datlake.ducklake.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    private static final long MIB = 1L << 20;

    @Test
    void a_container_keeps_room_for_the_heap_and_for_the_rest_of_the_process() {
        long limit = MemoryBudget.ofContainer(1024 * MIB, 256 * MIB);

        assertThat(limit).isPositive().isLessThan((1024 - 256) * MIB).isEqualTo(638 * MIB);
    }

    @Test
    void a_small_container_still_gives_the_engine_what_it_cannot_do_without() {
        assertThat(MemoryBudget.ofContainer(256 * MIB, 200 * MIB)).isEqualTo(64 * MIB);
        assertThat(MemoryBudget.ofContainer(128 * MIB, 512 * MIB)).isEqualTo(64 * MIB);
    }

    @Test
    void a_machine_without_a_limit_gives_four_fifths_of_what_the_heap_leaves() {
        assertThat(MemoryBudget.ofMachine(11_000 * MIB, 1_000 * MIB)).isEqualTo(8_000 * MIB);
        assertThat(MemoryBudget.ofMachine(500 * MIB, 1_000 * MIB)).isEqualTo(64 * MIB);
    }

    @Test
    void this_machine_gives_a_sensible_answer() {
        assertThat(MemoryBudget.duckDbLimit()).isBetween(64 * MIB, 1L << 50);
    }
}
