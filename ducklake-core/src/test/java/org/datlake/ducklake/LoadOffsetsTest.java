package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadOffsetsTest {

    @TempDir
    private Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (id BIGINT)");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    /** Loads the rows from one offset up to another. */
    private LoadResult load(@Nullable String expected, String next) {
        return lake.load("t")
                .offset("source", expected, next)
                .fromRows(LongStream.range(expected == null ? 0 : Long.parseLong(expected), Long.parseLong(next))
                        .mapToObj(i -> new @Nullable Object[] {i})
                        .iterator());
    }

    private List<Long> ids() {
        return lake.query("SELECT id FROM t ORDER BY id").as(Long.class).list();
    }

    @Test
    void an_offset_moves_together_with_the_rows() {
        assertThat(lake.offset("source")).isEmpty();

        load(null, "2");
        assertThat(lake.offset("source")).hasValue("2");
        load("2", "5");

        assertThat(lake.offset("source")).hasValue("5");
        assertThat(lake.offset("another")).isEmpty();
        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void a_load_from_another_offset_than_the_committed_one_is_refused() {
        load(null, "2");

        assertThatThrownBy(() -> load(null, "3")).isInstanceOfSatisfying(OffsetConflictException.class, e -> {
            assertThat(e.source()).isEqualTo("source");
            assertThat(e.committed()).hasValue("2");
            assertThat(e.isRetryable()).isFalse();
        });
        assertThatThrownBy(() -> load("1", "3")).isInstanceOf(OffsetConflictException.class);
        assertThat(ids()).containsExactly(0L, 1L);
        assertThat(lake.offset("source")).hasValue("2");
    }

    @Test
    void the_last_step_may_be_repeated_and_is_committed_once() {
        load(null, "2");
        LoadResult first = load("2", "4");
        LoadResult second = load("2", "4");

        assertThat(second.committed().repeated()).isTrue();
        assertThat(second.committed().snapshotId()).isEqualTo(first.committed().snapshotId());
        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void a_failed_load_leaves_the_offset_where_it_was() {
        load(null, "2");

        assertThatThrownBy(() -> lake.load("t")
                        .offset("source", "2", "3")
                        .fromRows(List.<@Nullable Object[]>of(new @Nullable Object[] {"x"})
                                .iterator()))
                .isInstanceOf(LoadException.class);

        assertThat(lake.offset("source")).hasValue("2");
    }

    @Test
    void an_offset_that_was_set_back_by_hand_may_be_passed_again() {
        load(null, "2");
        load("2", "4");
        lake.execute("INSERT INTO datlake.load_offsets VALUES ('source', 3, '2', now())");
        lake.execute("DELETE FROM t WHERE id >= 2");

        assertThat(load("2", "4").committed().repeated()).isFalse();
        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void exactness_does_not_hang_on_old_snapshots() {
        load(null, "2");
        load("2", "4");
        lake.execute("CREATE TABLE newer (id BIGINT)");
        lake.useConnection(connection ->
                connection.createStatement().execute("CALL ducklake_expire_snapshots('lake', older_than => now())"));

        assertThatThrownBy(() -> load("2", "4")).isInstanceOf(OffsetConflictException.class);
        assertThat(lake.offset("source")).hasValue("4");
        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void many_loaders_of_one_source_load_each_step_once() throws InterruptedException {
        int last = 24;
        AtomicInteger conflicts = new AtomicInteger();
        List<Thread> loaders = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            Random random = new Random(n);
            Thread loader = new Thread(() -> {
                long at = 0;
                while (at < last) {
                    String expected = lake.offset("source").orElse(null);
                    at = expected == null ? 0 : Long.parseLong(expected);
                    if (at < last) {
                        try {
                            load(expected, Long.toString(Math.min(last, at + 1 + random.nextInt(3))));
                        } catch (OffsetConflictException e) {
                            conflicts.incrementAndGet();
                        }
                    }
                }
            });
            loader.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            loader.start();
            loaders.add(loader);
        }
        for (Thread loader : loaders) {
            loader.join();
        }

        assertThat(failures).isEmpty();
        assertThat(lake.offset("source")).hasValue(Integer.toString(last));
        assertThat(ids()).isEqualTo(LongStream.range(0, last).boxed().toList());
    }

    @Test
    void an_offset_that_says_nothing_is_refused() {
        BulkLoad load = lake.load("t");

        assertThatThrownBy(() -> load.offset("", null, "1")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> load.offset("s", "1", "1")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> load.offset("s", "1", "{SNAPSHOT_ID}")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> load.idempotencyKey("k").offset("s", null, "1"))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> load.idempotencyKey("")).isInstanceOf(ConfigurationException.class);
    }
}
