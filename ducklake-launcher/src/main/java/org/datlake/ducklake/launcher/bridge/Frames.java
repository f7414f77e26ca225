package org.datlake.ducklake.launcher.bridge;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Texts on a wire: each with a letter for its kind and its length in front. */
final class Frames {

    /** A statement to run. */
    static final char STATEMENT = 'S';
    /** How the result is to be written. */
    static final char FORMAT = 'F';
    /** Some of the written result. */
    static final char OUTPUT = 'O';
    /** An error's message; nothing follows. */
    static final char ERROR = 'E';
    /** The end of a result that is complete. */
    static final char DONE = 'D';

    private static final int MOST_BYTES = 16 << 20;

    private Frames() {}

    static void write(DataOutputStream out, char kind, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(kind);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static Frame read(DataInputStream in) throws IOException {
        char kind = (char) in.readByte();
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        return new Frame(kind, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /**
     * A text with its kind.
     *
     * @param kind one of the letters above
     * @param text the text
     */
    record Frame(char kind, String text) {}
}
