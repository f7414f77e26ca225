package org.datlake.ducklake.internal.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import org.datlake.ducklake.ExtensionException;

/**
 * An extension's file in an extension directory, and the check that it is the very one this library was tested with.
 *
 * @param file where it lies or would lie
 * @param pin its SHA-256 as this library knows it; empty for platforms it does not know, where DuckDB's own signature
 *     check has to do
 */
record ExtensionFile(Path file, Optional<String> pin) {

    private static final Properties PINS = loadPins();

    /** Names an extension's file in DuckDB's layout of an extension directory. */
    static ExtensionFile in(Path directory, String version, String platform, String name) {
        Path file = directory.resolve(version).resolve(platform).resolve(name + ".duckdb_extension");
        return new ExtensionFile(file, Optional.ofNullable(PINS.getProperty(version + "/" + platform + "/" + name)));
    }

    private static Properties loadPins() {
        Properties pins = new Properties();
        try (InputStream in = ExtensionFile.class.getResourceAsStream("extensions.properties")) {
            if (in == null) {
                throw new IllegalStateException("extensions.properties is missing from the jar");
            }
            pins.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pins;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /**
     * Checks the file's SHA-256. A file that was checked before and has not changed since, by size and time, is not
     * read again: that would cost a tenth of a second at each start.
     *
     * @throws ExtensionException if it is another file
     */
    void verify() {
        if (pin.isEmpty()) {
            return;
        }
        try {
            String expected = pin.get() + " " + Files.size(file) + " "
                    + Files.getLastModifiedTime(file).toMillis();
            Path record = file.resolveSibling(file.getFileName() + ".verified");
            if (Files.exists(record) && Files.readString(record).equals(expected)) {
                return;
            }
            String found = sha256(file);
            if (!found.equals(pin.get())) {
                throw new ExtensionException(
                        "the extension file " + file + " is damaged or of another version: its SHA-256 is "
                                + found + ", expected is " + pin.get()
                                + "; remove it, then run 'ducklake extensions install' or let the client install it");
            }
            remember(record, expected);
        } catch (IOException e) {
            throw new ExtensionException("the extension file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static void remember(Path record, String text) throws IOException {
        if (Files.isWritable(record.getParent())) {
            Files.writeString(record, text, StandardCharsets.US_ASCII);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            int read = in.read(buffer);
            while (read >= 0) {
                digest.update(buffer, 0, read);
                read = in.read(buffer);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
