package org.datlake.ducklake.launcher.http;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** The memory, and the number of files, that all bodies under way may take together. Thread-safe. */
final class BodyRoom {

    private final Path directory;
    private final AtomicLong bytes;
    private final Semaphore files;

    /**
     * Makes room.
     *
     * @param directory where files are made
     * @param bytes of memory
     * @param files how many
     */
    BodyRoom(Path directory, long bytes, int files) {
        this.directory = directory;
        this.bytes = new AtomicLong(bytes);
        this.files = new Semaphore(files);
    }

    /** Returns where files are made. */
    Path directory() {
        return directory;
    }

    /** Takes memory, if there is enough. */
    boolean takeMemory(int wanted) {
        if (bytes.addAndGet(-wanted) >= 0) {
            return true;
        }
        bytes.addAndGet(wanted);
        return false;
    }

    /** Gives memory back. */
    void giveMemory(int taken) {
        bytes.addAndGet(taken);
    }

    /** Takes a file, if one is left. */
    boolean takeFile() {
        return files.tryAcquire();
    }

    /** Gives a file back. */
    void giveFile() {
        files.release();
    }
}
