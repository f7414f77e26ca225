package org.datlake.ducklake.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextColumnTest {

    private static final String LONG = "é".repeat(50_000);

    private static TextColumn column(@Nullable String... texts) {
        TextColumn column = new TextColumn();
        column.reserve(texts.length);
        for (int row = 0; row < texts.length; row++) {
            String text = texts[row];
            if (text == null) {
                column.setNull(row, texts.length);
            } else {
                column.add(row, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return column;
    }

    /** Copies behind some bytes that are there already. */
    private static List<String> copied(TextColumn column, int from, int to) {
        ByteBuffer texts = ByteBuffer.allocate(Math.toIntExact(3 + column.length(from, to)));
        IntBuffer ends = IntBuffer.allocate(to - from);
        texts.position(3);
        column.copy(from, to, texts, ends);
        assertThat(texts.hasRemaining()).isFalse();
        assertThat(ends.hasRemaining()).isFalse();
        List<String> copied = new ArrayList<>();
        int start = 3;
        for (int end : ends.array()) {
            copied.add(new String(texts.array(), start, end - start, StandardCharsets.UTF_8));
            start = end;
        }
        return copied;
    }

    @Test
    void texts_come_out_as_they_went_in() {
        TextColumn column = column("", "Zürich 🦆", null, "plain", LONG, null);

        assertThat(Arrays.asList(
                        column.object(0),
                        column.object(1),
                        column.object(2),
                        column.object(3),
                        column.object(4),
                        column.object(5)))
                .containsExactly("", "Zürich 🦆", null, "plain", LONG, null);
        assertThat(column.hasNulls()).isTrue();
        assertThat(column("a").hasNulls()).isFalse();
    }

    @Test
    void parts_are_copied_with_their_ends() {
        TextColumn column = column("first", null, "", "Zürich 🦆", "last");

        assertThat(copied(column, 0, 5)).containsExactly("first", "", "", "Zürich 🦆", "last");
        assertThat(copied(column, 1, 4)).containsExactly("", "", "Zürich 🦆");
        assertThat(copied(column, 4, 5)).containsExactly("last");
        assertThat(copied(column, 2, 2)).isEmpty();
    }

    @Test
    void long_texts_are_copied_among_short_ones() {
        TextColumn column = column("a", LONG, null, "b", LONG + "c");

        assertThat(copied(column, 0, 5)).containsExactly("a", LONG, "", "b", LONG + "c");
        assertThat(copied(column, 2, 4)).containsExactly("", "b");
        assertThat(column.length(1, 4)).isEqualTo(100_001);
    }

    @Test
    void rows_added_behind_a_long_text_do_not_lose_it() {
        TextColumn column = column(LONG);
        column.reserve(3);
        column.add(1, "b".getBytes(StandardCharsets.UTF_8));
        column.add(2, LONG.getBytes(StandardCharsets.UTF_8));

        assertThat(copied(column, 0, 3)).containsExactly(LONG, "b", LONG);
    }

    @Test
    void short_texts_are_taken_as_the_engine_has_them() {
        ByteBuffer entry = ByteBuffer.allocate(TextColumn.INLINED).order(ByteOrder.nativeOrder());
        entry.put("Zürich 🦆".getBytes(StandardCharsets.UTF_8));
        TextColumn column = new TextColumn();
        column.reserve(2);
        column.addInlined(0, 12, entry.getInt(0), entry.getLong(4));
        column.addInlined(1, 3, entry.getInt(0), entry.getLong(4));

        assertThat(copied(column, 0, 2)).containsExactly("Zürich 🦆", "Zü");
    }

    @Test
    void memory_counts_short_and_long_texts() {
        assertThat(column("abc", "de").memory(2)).isEqualTo(5 + 2 * 4);
        assertThat(column("abc", LONG, null).memory(3)).isEqualTo(3 + 100_000 + 3 * 4);
    }
}
