package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: in memory while it is small, else in a file that only this process's user can read. Not
 * thread-safe.
 */
final class BodySpool implements AutoCloseable {

    private final Path directory;
    private byte @Nullable [] small;
    private @Nullable Path file;

    private BodySpool(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads a body to its end.
     *
     * @param directory where files are made
     * @param mostInMemory up to how many bytes stay in memory
     * @param most how many bytes there may be
     * @throws IOException if it cannot be kept, as when the disk is full
     * @throws HttpResponseException with status 400 if the caller goes away before the end, and 413 if there are more
     *     bytes; nothing is left then
     */
    static BodySpool read(InputStream body, Path directory, int mostInMemory, long most) throws IOException {
        BodySpool spool = new BodySpool(directory);
        byte[] first = new byte[mostInMemory + 1];
        int read = fill(first, body);
        if (read > most) {
            throw tooLarge(most);
        }
        if (read <= mostInMemory) {
            spool.small = Arrays.copyOf(first, read);
            return spool;
        }
        boolean complete = false;
        try {
            spool.write(first, body, most);
            complete = true;
            return spool;
        } finally {
            if (!complete) {
                spool.close();
            }
        }
    }

    static HttpResponseException tooLarge(long most) {
        return new HttpResponseException(
                413, "the body is larger than the " + most + " bytes that one request may have: send it in parts");
    }

    /** Reads as much as there is room for; less only at the end. */
    private static int fill(byte[] buffer, InputStream body) {
        try {
            return body.readNBytes(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw new HttpResponseException(400, "the body ended before it was complete: nothing was written");
        }
    }

    private Path write(byte[] first, InputStream rest, long most) throws IOException {
        Files.createDirectories(directory);
        Path made = Files.createTempFile(directory, "datlake-body-", ".tmp");
        file = made;
        try (OutputStream out = Files.newOutputStream(made, StandardOpenOption.WRITE)) {
            out.write(first);
            byte[] buffer = new byte[1 << 16];
            long written = first.length;
            for (int n = fill(buffer, rest); n > 0; n = fill(buffer, rest)) {
                written += n;
                if (written > most) {
                    throw tooLarge(most);
                }
                out.write(buffer, 0, n);
            }
        }
        return made;
    }

    /** Returns the bytes where there are few, else null. */
    byte @Nullable [] small() {
        return small;
    }

    /** Returns a file that holds them, until this is closed. */
    Path file() throws IOException {
        Path present = file;
        if (present != null) {
            return present;
        }
        byte[] bytes = small;
        return write(bytes == null ? new byte[0] : bytes, InputStream.nullInputStream(), Long.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        Path present = file;
        if (present != null) {
            Files.deleteIfExists(present);
        }
    }
}
