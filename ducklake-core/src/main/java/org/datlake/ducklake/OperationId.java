package org.datlake.ducklake;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.UUID;

/**
 * Names one write. It is stored with the snapshot that the write makes, so that anybody who knows it can find out later
 * whether the write stands: {@link DuckLakeClient#resolve}. Immutable.
 *
 * @param value the name
 */
public record OperationId(UUID value) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Checks that there is one. */
    public OperationId {
        Objects.requireNonNull(value, "value");
    }

    /** Makes one that nobody has. */
    public static OperationId random() {
        return new OperationId(UUID.randomUUID());
    }

    /**
     * Returns the one that stands for an idempotency key: always the same for the same key. The key itself is stored
     * nowhere.
     *
     * @param idempotencyKey any text that is not empty
     * @throws IllegalArgumentException if it is empty
     */
    public static OperationId ofKey(String idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            throw new IllegalArgumentException("an idempotency key must not be empty");
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(idempotencyKey.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bits = ByteBuffer.wrap(hash);
            // RFC 9562, version 8: made of whatever its maker likes.
            long high = (bits.getLong() & ~0xF000L) | 0x8000L;
            long low = (bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return new OperationId(new UUID(high, low));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    public static OperationId parse(String text) {
        return new OperationId(UUID.fromString(text));
    }

    /** Returns it as 36 characters. */
    @Override
    public String toString() {
        return value.toString();
    }
}
