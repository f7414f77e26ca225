package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiTableWriterTest {

    @TempDir
    Path directory;

    private DuckLakeClient lake;
    private MultiTableWriter writer;

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE orders (id INTEGER NOT NULL, customer VARCHAR)");
        lake.execute("CREATE TABLE lines (order_id INTEGER NOT NULL, pieces INTEGER)");
        writer = lake.multiTableWriter(RowWriterOptions.defaults());
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static List<TableRows> order(int id) {
        return List.of(
                TableRows.of("orders", List.<Object[]>of(new Object[] {id, "Ada"})),
                TableRows.of("lines", List.of(new Object[] {id, 1}, new Object[] {id, 2}))
                        .withColumns("order_id", "pieces"));
    }

    private long count(String table) {
        return lake.query("SELECT count(*) FROM " + table).as(Long.class).one();
    }

    private static Throwable causeOf(CompletableFuture<?> failed) {
        Throwable thrown = catchThrowable(failed::join);
        assertThat(thrown).isInstanceOf(CompletionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    @Test
    void rows_of_all_tables_come_in_one_snapshot() {
        Committed committed = writer.write(order(1)).join();

        assertThat(count("orders")).isEqualTo(1);
        assertThat(count("lines")).isEqualTo(2);
        try (SnapshotView before = lake.at(committed.snapshotId().orElseThrow() - 1)) {
            assertThat(before.query("SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM lines)")
                            .as(Long.class)
                            .one())
                    .isZero();
        }
    }

    @Test
    void a_batch_that_fails_in_one_table_writes_to_none_and_does_not_harm_the_others() {
        List<CompletableFuture<Committed>> good = new ArrayList<>();
        good.add(writer.write(order(1)));
        CompletableFuture<Committed> bad = writer.write(List.of(
                TableRows.of("orders", List.<Object[]>of(new Object[] {2, "Bob"})),
                TableRows.of("lines", List.<Object[]>of(new Object[] {null, 7}))));
        good.add(writer.write(order(3)));
        good.forEach(CompletableFuture::join);

        assertThat(causeOf(bad)).isInstanceOf(QueryException.class).hasMessageContaining("NOT NULL");
        assertThat(lake.query("SELECT id FROM orders ORDER BY id")
                        .as(Integer.class)
                        .list())
                .containsExactly(1, 3);
        assertThat(count("lines")).isEqualTo(4);
    }

    @Test
    void a_key_that_is_used_again_commits_once() {
        Committed first = writer.write(order(1), "order 1").join();
        Committed second = writer.write(order(1), "order 1").join();

        assertThat(first.repeated()).isFalse();
        assertThat(second).isEqualTo(new Committed(first.operationId(), first.snapshotId(), true));
        assertThat(count("orders")).isEqualTo(1);
    }

    @Test
    void a_key_that_is_used_twice_at_the_same_time_commits_once_beside_others() {
        List<CompletableFuture<Committed>> all = IntStream.range(0, 60)
                .mapToObj(i -> writer.write(order(i % 20), "order " + i % 20))
                .toList();

        assertThat(all.stream().filter(each -> each.join().repeated())).hasSize(40);
        assertThat(count("orders")).isEqualTo(20);
    }

    @Test
    void a_table_that_is_not_there_is_named() {
        assertThat(causeOf(writer.write(List.of(TableRows.of("nowhere", List.<Object[]>of(new Object[] {1}))))))
                .hasMessageContaining("there is no table \"main.nowhere\"");
    }

    @Test
    void more_tables_than_are_kept_ready_can_be_written_at_once() {
        List<TableRows> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lake.execute("CREATE TABLE t" + i + " (n INTEGER)");
            batch.add(TableRows.of("t" + i, List.<Object[]>of(new Object[] {i})));
        }

        writer.write(batch).join();
        writer.write(batch).join();

        assertThat(count("t0")).isEqualTo(2);
        assertThat(count("t19")).isEqualTo(2);
    }

    @Test
    void no_rows_are_no_commit() {
        int before = lake.snapshots().size();

        assertThat(writer.write(List.of()).join().snapshotId()).isEmpty();
        assertThat(lake.snapshots()).hasSize(before);
    }

    @Test
    void what_is_written_after_close_is_refused() {
        writer.close();

        assertThat(catchThrowable(() -> writer.write(order(1)))).isInstanceOf(ClientClosedException.class);
    }
}
