package org.datlake.ducklake.launcher.bridge;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Texts on a wire: each with a letter for its kind and its length in front. A call is some frames that say how, then
 * one that says what and ends the call; the answer is some frames, then {@link #DONE} or {@link #ERROR}.
 */
final class Frames {

    /** How long the call may take, in milliseconds. */
    static final char TIMEOUT = 'T';
    /** How the result of a statement is to be written. */
    static final char FORMAT = 'F';
    /** A statement to run; ends the call. */
    static final char STATEMENT = 'S';
    /** An absolute path of a file to load. */
    static final char PATH = 'P';
    /** The table that the files are loaded into; ends the call. */
    static final char TABLE = 'L';
    /** How the lake is to be checked; ends the call. */
    static final char VERIFY = 'V';

    /** Some of the written result. */
    static final char OUTPUT = 'O';
    /** How far loading has come: rows and bytes, with a space between them. */
    static final char PROGRESS = 'I';
    /** An error's message; nothing follows. */
    static final char ERROR = 'E';
    /**
     * The end of an answer that is complete; holds the number of rows where files were loaded,
     * and whether the lake is sound where it was checked.
     */
    static final char DONE = 'D';

    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_OUTPUT_CHARS = 1 << 20;

    private Frames() {}

    static void write(DataOutputStream out, char kind, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("a text of " + bytes.length + " bytes is too long for the bridge");
        }
        out.writeByte(kind);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Writes a result, whose lines may be of any length, in as many frames as it takes. */
    static void writeOutput(DataOutputStream out, String text) throws IOException {
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + MOST_OUTPUT_CHARS);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            write(out, OUTPUT, text.substring(start, end));
            start = end;
        }
    }

    /**
     * Reads the next frame.
     *
     * @throws IOException if there is none, or it is cut short: a part of a statement must never be run
     */
    static Frame read(DataInputStream in) throws IOException {
        char kind = (char) in.readByte();
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new Frame(kind, new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * A text with its kind.
     *
     * @param kind one of the letters above
     * @param text the text
     */
    record Frame(char kind, String text) {}
}
