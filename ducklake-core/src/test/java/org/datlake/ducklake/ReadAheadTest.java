package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of many blocks, which workers fetch before they are asked for. */
class ReadAheadTest {

    private static final long ROWS = 1_000_000;

    @TempDir
    private static Path directory;

    private static DuckLakeClient lake;

    @BeforeAll
    static void open() {
        lake = TestLake.open(directory);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @RepeatedTest(5)
    void all_rows_come_once_and_in_their_order() {
        AtomicLong next = new AtomicLong();
        lake.query("SELECT range FROM range(" + ROWS + ")")
                .forEach(row -> assertThat(row.getLong("range")).isEqualTo(next.getAndIncrement()));

        assertThat(next).hasValue(ROWS);
    }

    @RepeatedTest(5)
    void rows_before_a_failure_are_read_and_then_the_failure_is_thrown() {
        AtomicLong next = new AtomicLong();
        String sql = "SELECT CASE WHEN range < 700000 THEN range ELSE error('spoiled')::BIGINT END AS n FROM range("
                + ROWS + ")";

        assertThatThrownBy(() -> lake.query(sql)
                        .forEach(row -> assertThat(row.getLong("n")).isEqualTo(next.getAndIncrement())))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("spoiled");
        assertThat(next.get()).isLessThanOrEqualTo(700_000);
    }

    @Test
    void results_that_are_closed_early_leave_nothing_behind() {
        for (int i = 0; i < 50; i++) {
            try (Stream<Row> rows = lake.query("SELECT range FROM range(" + ROWS + ")").stream()) {
                assertThat(rows.limit(1 + i * 3000L).count()).isEqualTo(1 + i * 3000L);
            }
        }
        Awaitility.await().until(() -> lake.statistics().runningCalls() == 0);
        assertThat(lake.statistics().quarantinedCalls()).isZero();
    }
}
