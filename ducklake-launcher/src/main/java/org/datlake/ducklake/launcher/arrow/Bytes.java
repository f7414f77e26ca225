package org.datlake.ducklake.launcher.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A buffer that grows, little-endian as Arrow has it. Not thread-safe. */
final class Bytes {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int ALIGNMENT = 8;
    private static final char ASCII_END = 0x7F;
    private static final byte[] PADDING = new byte[ALIGNMENT];

    private byte[] bytes = new byte[1024];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    private int advance(int length) {
        int from = size;
        size = Math.addExact(size, length);
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(size, 2L * bytes.length)));
        }
        return from;
    }

    void addByte(int value) {
        int at = advance(1);
        bytes[at] = (byte) value;
    }

    void addInt(int value) {
        int at = advance(Integer.BYTES);
        INTS.set(bytes, at, value);
    }

    void addLong(long value) {
        int at = advance(Long.BYTES);
        LONGS.set(bytes, at, value);
    }

    void add(byte[] value) {
        int at = advance(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
    }

    /** Adds the lower bytes of a number, so many. */
    void addNumber(long value, int width) {
        int at = advance(width);
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> (Byte.SIZE * i));
        }
    }

    /** Adds whole numbers, each of so many bytes. */
    void addNumbers(long[] values, int width) {
        ByteBuffer room = room(Math.multiplyExact(values.length, width));
        switch (width) {
            case Byte.BYTES -> {
                for (long value : values) {
                    room.put((byte) value);
                }
            }
            case Short.BYTES -> {
                for (long value : values) {
                    room.putShort((short) value);
                }
            }
            case Integer.BYTES -> {
                for (long value : values) {
                    room.putInt((int) value);
                }
            }
            default -> room.asLongBuffer().put(values);
        }
    }

    /** Makes room for so many bytes, and returns it. Its positions are those of the whole; valid until more is added. */
    ByteBuffer room(int length) {
        int at = advance(length);
        return ByteBuffer.wrap(bytes, at, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds a text in UTF-8, which for most is a byte for each character: these are copied without an array between. */
    void addText(String text) {
        int length = text.length();
        int at = advance(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > ASCII_END) {
                size = at;
                add(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[at + i] = (byte) c;
        }
    }

    /** Sets or clears a bit; those that come must come in their order. */
    void setBit(int index, boolean value) {
        int at = index >> 3;
        if (at >= size) {
            addByte(0);
        }
        int mask = 1 << (index & 7);
        bytes[at] = (byte) (value ? bytes[at] | mask : bytes[at] & ~mask);
    }

    /** Sets bits, from one up to another, behind all that are set already. */
    void setBits(int from, int to) {
        int next = from;
        while (next < to && (next & 7) != 0) {
            setBit(next++, true);
        }
        int whole = (to - next) >> 3;
        int at = advance(whole);
        Arrays.fill(bytes, at, at + whole, (byte) -1);
        for (next += whole << 3; next < to; next++) {
            setBit(next, true);
        }
    }

    /** Returns the size with what fills it up for the next buffer. */
    int paddedSize() {
        return padded(size);
    }

    static int padded(int size) {
        return size + (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        out.write(PADDING, 0, paddedSize() - size);
    }
}
