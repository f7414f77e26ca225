package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowBatchTest {

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

    private static @Nullable String text(long n) {
        return n % 2048 < 2 ? null : n % 5 == 0 ? "" : n % 1000 == 1 ? "🦆".repeat(2000) : "Zürich " + n;
    }

    /** NULLs stand where DuckDB's vectors begin. */
    private static String texts(long rows) {
        return "SELECT n, n * 0.5::DOUBLE AS half, CASE WHEN n % 2048 < 2 THEN NULL WHEN n % 5 = 0 THEN ''"
                + " WHEN n % 1000 = 1 THEN repeat('🦆', 2000) ELSE 'Zürich ' || n END AS text,"
                + " CASE WHEN n % 2048 < 2 THEN NULL ELSE n END AS some"
                + " FROM (SELECT range AS n FROM range(" + rows + "))";
    }

    private static String[] utf8(RowBatch batch, int column, int from, int to) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(batch.utf8Length(column, from, to)));
        IntBuffer ends = IntBuffer.allocate(to - from);
        batch.getUtf8(column, from, to, bytes, ends);
        String[] texts = new String[to - from];
        for (int i = 0, start = 0; i < texts.length; start = ends.get(i++)) {
            texts[i] = new String(bytes.array(), start, ends.get(i) - start, StandardCharsets.UTF_8);
        }
        return texts;
    }

    @Test
    void columns_are_copied_at_once_with_the_values_that_rows_have() {
        long n = 1;
        try (RowCursor rows = lake.guarded(texts(100_000)).limit(90_000).open()) {
            // The first batch begins within a block.
            assertThat(rows.next()).isTrue();
            for (RowBatch batch = rows.nextBatch(); batch != null; batch = rows.nextBatch()) {
                int size = batch.size();
                int from = size / 3;
                String[] texts = utf8(batch, 2, from, size);
                long[] numbers = new long[size - from];
                batch.getLongs(0, from, size, numbers);
                double[] halves = new double[size - from];
                batch.getDoubles(1, from, size, halves);
                long[] some = new long[size - from];
                batch.getLongs(3, from, size, some);
                for (int i = from; i < size; i++) {
                    String expected = text(n + i);
                    assertThat(batch.get(2, i)).isEqualTo(expected);
                    assertThat(batch.isNull(2, i)).isEqualTo(expected == null);
                    assertThat(texts[i - from]).isEqualTo(Objects.requireNonNullElse(expected, ""));
                    assertThat(numbers[i - from]).isEqualTo(n + i);
                    assertThat(halves[i - from]).isEqualTo((n + i) * 0.5);
                    assertThat(some[i - from]).isEqualTo(expected == null ? 0 : n + i);
                }
                assertThat(batch.hasNulls(0)).isFalse();
                n += size;
            }
        }
        assertThat(n).isEqualTo(90_000);
    }

    @Test
    void batches_of_wide_rows_have_fewer_of_them() {
        try (RowCursor narrow =
                        lake.guarded("SELECT range AS n FROM range(100000)").open();
                RowCursor wide = lake.guarded("SELECT repeat('x', 1000) AS t FROM range(100000)")
                        .open();
                RowCursor widest = lake.guarded("SELECT repeat('x', 5000) AS t FROM range(10000)")
                        .open()) {
            assertThat(size(narrow)).isGreaterThanOrEqualTo(2048);
            assertThat(size(wide)).isEqualTo(2048);
            assertThat(size(widest)).isEqualTo(2048);
        }
    }

    private static int size(RowCursor rows) {
        return Objects.requireNonNull(rows.nextBatch()).size();
    }

    @Test
    void numbers_of_results_with_lists_are_copied_too_and_their_texts_are_read_one_by_one() {
        try (RowCursor rows = lake.guarded("SELECT 7 AS n, 0.5::DOUBLE AS d, 'text' AS t, [1] AS l")
                .open()) {
            RowBatch batch = Objects.requireNonNull(rows.nextBatch());
            long[] numbers = new long[1];
            batch.getLongs(0, 0, 1, numbers);
            double[] doubles = new double[1];
            batch.getDoubles(1, 0, 1, doubles);

            assertThat(numbers).containsExactly(7);
            assertThat(doubles).containsExactly(0.5);
            assertThat(batch.isUtf8(2)).isFalse();
            assertThat(batch.get(2, 0)).isEqualTo("text");
            assertThatThrownBy(() -> batch.utf8Length(2, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("column 2");
        }
    }
}
