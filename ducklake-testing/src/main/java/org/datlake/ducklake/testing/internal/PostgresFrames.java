package org.datlake.ducklake.testing.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what one PostgreSQL client sends into messages: first those that start a session, which are a length and a
 * content, then those of the session, which have a type before that. A stream that turns out to be something else, as
 * it does when TLS begins, is handed on as bytes from there on. Not safe for use by several threads.
 */
final class PostgresFrames {

    private enum Phase {
        STARTING,
        TYPED,
        UNFRAMED
    }

    private static final int LENGTH_BYTES = 4;
    // The server's own limits; a length beyond them is none.
    private static final int MAX_STARTUP_LENGTH = 10_000;
    private static final int MAX_LENGTH = 1 << 30;

    private static final int PROTOCOL_3 = 3;
    private static final int SPECIAL_REQUEST = 1234;

    private final Map<String, String> prepared = new HashMap<>();
    private Phase phase;
    private byte[] buffer = new byte[1 << 13];
    private int start;
    private int end;

    private PostgresFrames(Phase phase) {
        this.phase = phase;
    }

    /** Expects the stream of a PostgreSQL client. */
    static PostgresFrames ofPostgres() {
        return new PostgresFrames(Phase.STARTING);
    }

    /** Expects no messages at all. */
    static PostgresFrames ofBytes() {
        return new PostgresFrames(Phase.UNFRAMED);
    }

    /** Takes the next bytes of the stream. */
    void add(byte[] bytes, int count) {
        if (buffer.length - end < count) {
            makeRoom(count);
        }
        System.arraycopy(bytes, 0, buffer, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        int held = end - start;
        // Half as much again, so that a long message is not copied once per arrival.
        byte[] roomy = held + count > buffer.length ? new byte[held + held / 2 + count] : buffer;
        System.arraycopy(buffer, start, roomy, 0, held);
        buffer = roomy;
        start = 0;
        end = held;
    }

    /** Returns the next message, or null as long as it is not complete, or the stream has no messages. */
    @Nullable PostgresMessage next() {
        int header = (phase == Phase.TYPED ? 1 : 0) + LENGTH_BYTES;
        if (phase == Phase.UNFRAMED || end - start < header) {
            return null;
        }
        int length = ByteBuffer.wrap(buffer).getInt(start + header - LENGTH_BYTES);
        if (!isPlausible(length)) {
            phase = Phase.UNFRAMED;
            return null;
        }
        int size = header - LENGTH_BYTES + length;
        if (end - start < size) {
            return null;
        }
        byte[] message = Arrays.copyOfRange(buffer, start, start + size);
        if (phase == Phase.TYPED) {
            start += size;
            return typed(message);
        }
        int code = ByteBuffer.wrap(message).getInt(LENGTH_BYTES);
        if (code >> 16 != PROTOCOL_3 && code >> 16 != SPECIAL_REQUEST) {
            phase = Phase.UNFRAMED;
            return null;
        }
        start += size;
        // After a question, as whether the server speaks TLS, the session is yet to start.
        phase = code >> 16 == PROTOCOL_3 ? Phase.TYPED : Phase.STARTING;
        return new PostgresMessage(PostgresMessage.STARTUP, message, null);
    }

    private boolean isPlausible(int length) {
        return phase == Phase.TYPED
                ? Character.isLetter(buffer[start]) && length >= LENGTH_BYTES && length <= MAX_LENGTH
                : length >= 2 * LENGTH_BYTES && length <= MAX_STARTUP_LENGTH;
    }

    private PostgresMessage typed(byte[] message) {
        char type = (char) message[0];
        int content = 1 + LENGTH_BYTES;
        String sql = null;
        if (type == PostgresMessage.QUERY) {
            sql = text(message, content);
        } else if (type == PostgresMessage.PARSE) {
            int statement = content + lengthWithNul(message, content);
            sql = text(message, statement);
            prepared.put(text(message, content), sql);
        } else if (type == PostgresMessage.BIND) {
            // The portal's name, then that of a statement which was prepared before.
            sql = prepared.get(text(message, content + lengthWithNul(message, content)));
        }
        return new PostgresMessage(type, message, sql);
    }

    private static String text(byte[] message, int from) {
        int size = Math.max(0, lengthWithNul(message, from) - 1);
        return new String(message, Math.min(from, message.length), size, StandardCharsets.UTF_8);
    }

    private static int lengthWithNul(byte[] message, int from) {
        for (int i = from; i < message.length; i++) {
            if (message[i] == 0) {
                return i - from + 1;
            }
        }
        return message.length - from;
    }

    /** Takes out the bytes that belong to no message: what is held of a stream that has none. */
    byte[] takeUnframed() {
        return phase == Phase.UNFRAMED ? takeRest() : new byte[0];
    }

    /** Takes out all that is held, as when the stream ends within a message. */
    byte[] takeRest() {
        byte[] rest = Arrays.copyOfRange(buffer, start, end);
        start = end;
        return rest;
    }
}
