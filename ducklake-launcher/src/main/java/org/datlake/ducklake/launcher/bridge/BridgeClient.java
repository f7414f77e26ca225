package org.datlake.ducklake.launcher.bridge;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.datlake.ducklake.launcher.cli.TextSink;

/** Has a running server of the same user run a statement. */
public final class BridgeClient {

    private BridgeClient() {}

    /** Says whether there may be a server that has the catalog's file open. */
    public static boolean isThere(Path catalogFile) {
        return Files.exists(BridgeAddress.file(catalogFile));
    }

    /**
     * Runs a statement.
     *
     * @throws IOException if no server answers, or it goes away
     * @throws BridgeException if the statement fails
     */
    public static void run(Path catalogFile, String sql, OutputFormat format, TextSink output)
            throws IOException, BridgeException {
        try (SocketChannel channel = SocketChannel.open(BridgeAddress.of(catalogFile));
                DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
                DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)))) {
            Frames.write(out, Frames.FORMAT, format.name());
            Frames.write(out, Frames.STATEMENT, sql);
            out.flush();
            while (true) {
                Frames.Frame frame = Frames.read(in);
                if (frame.kind() == Frames.DONE) {
                    return;
                }
                if (frame.kind() == Frames.ERROR) {
                    throw new BridgeException(frame.text());
                }
                output.write(frame.text());
            }
        }
    }

    /** The server says that a statement failed. */
    public static final class BridgeException extends Exception {

        private static final long serialVersionUID = 1L;

        BridgeException(String message) {
            super(message);
        }
    }
}
