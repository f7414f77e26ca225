package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request while it comes: in memory while it is small, else in a file that only this process's user can
 * read. Not thread-safe.
 */
final class BodySpool implements AutoCloseable {

    private static final int FIRST_BYTES = 4096;
    private static final byte[] NOTHING = {};

    private final BodyRoom room;
    private final int mostInMemory;
    private final long most;
    private byte[] memory = NOTHING;
    private long size;
    private @Nullable Path file;
    private @Nullable OutputStream out;
    private boolean holdsFile;

    /**
     * Makes an empty body.
     *
     * @param room what there is for all bodies
     * @param mostInMemory up to how many bytes stay in memory
     * @param most how many bytes there may be
     */
    BodySpool(BodyRoom room, int mostInMemory, long most) {
        this.room = room;
        this.mostInMemory = mostInMemory;
        this.most = most;
    }

    /** Returns an empty body within the same limits. */
    BodySpool another() {
        return new BodySpool(room, mostInMemory, most);
    }

    /**
     * Adds bytes.
     *
     * @throws IOException if they cannot be kept, as when the disk is full
     * @throws HttpResponseException with status 413 if there are more than may be, and 503 if there is no room
     */
    void append(byte[] bytes, int length) throws IOException {
        if (size + length > most) {
            throw tooLarge(most);
        }
        if (out == null && !fitsInMemory(length)) {
            spill();
        }
        OutputStream present = out;
        if (present == null) {
            System.arraycopy(bytes, 0, memory, (int) size, length);
        } else {
            present.write(bytes, 0, length);
        }
        size += length;
    }

    static HttpResponseException tooLarge(long most) {
        return new HttpResponseException(
                413, "the body is larger than the " + most + " bytes that one request may have: send it in parts");
    }

    /** Makes room in memory, as long as the body is small and there is some. */
    private boolean fitsInMemory(int length) {
        long needed = size + length;
        if (needed > mostInMemory) {
            return false;
        }
        if (needed > memory.length) {
            int grown = (int) Math.min(mostInMemory, Math.max(needed, Math.max(FIRST_BYTES, 2L * memory.length)));
            if (!room.takeMemory(grown - memory.length)) {
                return false;
            }
            memory = Arrays.copyOf(memory, grown);
        }
        return true;
    }

    private void spill() throws IOException {
        if (!room.takeFile()) {
            throw new HttpResponseException(503, "as many large bodies as may be are under way: try again later");
        }
        holdsFile = true;
        Files.createDirectories(room.directory());
        Path made = Files.createTempFile(room.directory(), "datlake-body-", ".tmp");
        file = made;
        OutputStream opened = Files.newOutputStream(made, StandardOpenOption.WRITE);
        out = opened;
        opened.write(memory, 0, (int) size);
        forgetMemory();
    }

    private void forgetMemory() {
        room.giveMemory(memory.length);
        memory = NOTHING;
    }

    /** Returns the bytes of a complete body where there are few, else null. */
    byte @Nullable [] small() {
        return file == null ? Arrays.copyOf(memory, (int) size) : null;
    }

    /** Returns the bytes of a complete body, wherever they are. */
    byte[] bytes() throws IOException {
        byte[] present = small();
        return present == null ? Files.readAllBytes(file()) : present;
    }

    /** Returns a file that holds a complete body, until this is closed. */
    Path file() throws IOException {
        if (file == null) {
            spill();
        }
        OutputStream open = out;
        if (open != null) {
            open.close();
        }
        Path present = file;
        if (present == null) {
            throw new IllegalStateException("closed");
        }
        return present;
    }

    /** Returns a complete body from its beginning. */
    InputStream open() throws IOException {
        return file == null ? new ByteArrayInputStream(memory, 0, (int) size) : Files.newInputStream(file());
    }

    @Override
    public void close() throws IOException {
        forgetMemory();
        Path made = file;
        if (made != null) {
            file = null;
            OutputStream open = out;
            if (open != null) {
                open.close();
            }
            Files.deleteIfExists(made);
        }
        if (holdsFile) {
            holdsFile = false;
            room.giveFile();
        }
    }
}
