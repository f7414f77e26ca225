package org.datlake.ducklake.internal.result;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts, in UTF-8 as the engine has them: one behind another in one array, so that they can be passed on without becoming
 * objects. Filled row by row.
 */
public final class TextColumn extends Column {

    /** What {@link #addInlined} writes at once. */
    static final int INLINED = Integer.BYTES + Long.BYTES;

    /** Longer ones stay in the arrays that they come in, so that the common one is small whatever the texts are. */
    private static final int LONGEST_COPIED = 1024;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private byte[] bytes = new byte[0];
    /** Where each begins, and where the last one ends. */
    private int[] offsets = new int[1];

    private byte @Nullable [] @Nullable [] separate;
    private long separateBytes;

    @Override
    void reserve(int rows) {
        offsets = offsets.length <= rows ? Arrays.copyOf(offsets, rows + 1) : offsets;
    }

    private void reserveBytes(int size) {
        if (bytes.length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
        }
    }

    /** Adds a text of at most {@link #INLINED} bytes, which come in the machine's byte order. */
    void addInlined(int row, int length, int first, long rest) {
        int at = offsets[row];
        reserveBytes(at + INLINED);
        INTS.set(bytes, at, first);
        LONGS.set(bytes, at + Integer.BYTES, rest);
        offsets[row + 1] = at + length;
    }

    /** Adds a text; keeps the array if it is a large one. */
    void add(int row, byte[] text) {
        int at = offsets[row];
        if (text.length <= LONGEST_COPIED) {
            reserveBytes(at + text.length);
            System.arraycopy(text, 0, bytes, at, text.length);
            offsets[row + 1] = at + text.length;
            return;
        }
        offsets[row + 1] = at;
        byte @Nullable [] @Nullable [] kept = separate;
        if (kept == null || kept.length <= row) {
            kept = kept == null ? new byte[offsets.length][] : Arrays.copyOf(kept, offsets.length);
            separate = kept;
        }
        kept[row] = text;
        separateBytes += text.length;
    }

    @Override
    void clear(int row) {
        offsets[row + 1] = offsets[row];
    }

    private byte @Nullable [] separate(int row) {
        byte @Nullable [] @Nullable [] kept = separate;
        return kept == null || kept.length <= row ? null : kept[row];
    }

    @Override
    public @Nullable Object object(int row) {
        if (isNull(row)) {
            return null;
        }
        byte[] text = separate(row);
        return text == null
                ? new String(bytes, offsets[row], offsets[row + 1] - offsets[row], StandardCharsets.UTF_8)
                : new String(text, StandardCharsets.UTF_8);
    }

    /** Returns how many bytes the texts of rows have, from a row up to another one; NULLs have none. */
    public long length(int from, int to) {
        long length = (long) offsets[to] - offsets[from];
        if (separate != null) {
            for (int row = from; row < to; row++) {
                byte[] text = separate(row);
                length += text == null ? 0 : text.length;
            }
        }
        return length;
    }

    /** Copies the texts of rows, from a row up to another one, and the position behind each. */
    public void copy(int from, int to, ByteBuffer texts, IntBuffer ends) {
        if (separate == null) {
            int[] shifted = new int[to - from];
            int shift = texts.position() - offsets[from];
            for (int i = 0; i < shifted.length; i++) {
                shifted[i] = offsets[from + 1 + i] + shift;
            }
            ends.put(shifted);
            texts.put(bytes, offsets[from], offsets[to] - offsets[from]);
            return;
        }
        for (int row = from; row < to; row++) {
            byte[] text = separate(row);
            if (text == null) {
                texts.put(bytes, offsets[row], offsets[row + 1] - offsets[row]);
            } else {
                texts.put(text);
            }
            ends.put(texts.position());
        }
    }

    @Override
    long memory(int rows) {
        return offsets[rows] + (long) Integer.BYTES * rows + separateBytes;
    }
}
