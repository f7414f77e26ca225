package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A file system in memory that only one server sees, and that is soon full.
 *
 * @param directory where the server finds it; for everyone else it is an empty directory, and in a container none at all
 * @param bytes how much it takes
 */
public record SmallDisk(String directory, long bytes) implements AutoCloseable {

    /** Chooses a directory. */
    public static SmallDisk of(long bytes) {
        return new SmallDisk(FileTree.temporary("datlake-disk").toString(), bytes);
    }

    /** Removes the directory. */
    @Override
    public void close() {
        try {
            FileTree.delete(Path.of(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
