package org.datlake.ducklake.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;

/**
 * A mounted file that holds the value of one key. Nothing is kept: each reading sees what the file holds at that time.
 *
 * @param name the name that gave the path, as it was written
 * @param path the file, absolute
 */
record SecretFile(String name, Path path) {

    private static final long MAX_BYTES = 64 * 1024;

    /**
     * Returns what the file holds, without one newline at its end.
     *
     * @throws BadValueException if there is nothing to read, naming the path and never showing what was read
     */
    String read() throws BadValueException {
        if (!Files.exists(path)) {
            throw bad("does not exist");
        }
        if (Files.isDirectory(path)) {
            throw bad("is a directory: name the file in it");
        }
        // A pipe could be read only once, and a device for ever.
        if (!Files.isRegularFile(path)) {
            throw bad("is no regular file");
        }
        String value = withoutNewline(content());
        if (value.isEmpty()) {
            throw bad("is empty");
        }
        return value;
    }

    /** Returns a secret that reads the file each time it is revealed, so that a rotated one is picked up. */
    Secret secret() {
        return Secret.from(this::readOrThrow);
    }

    /** Like {@link #read}, for callers at run time. */
    String readOrThrow() {
        try {
            return read();
        } catch (BadValueException e) {
            throw new ConfigurationException(name + ": " + e.reason());
        }
    }

    private String content() throws BadValueException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw bad("is larger than 64 KiB: this cannot be a single value");
            }
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw bad("is not UTF-8 text");
        } catch (AccessDeniedException e) {
            throw bad("cannot be read: permission denied");
        } catch (IOException e) {
            throw bad("cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static String withoutNewline(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private BadValueException bad(String what) {
        return BadValueException.withoutValue("the file " + path + " " + what);
    }
}
