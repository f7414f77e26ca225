package org.datlake.ducklake.launcher.bridge;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.datlake.ducklake.LoadProgress;
import org.datlake.ducklake.launcher.cli.FileLoad;
import org.datlake.ducklake.launcher.cli.LakeVerification;
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.datlake.ducklake.launcher.cli.TextSink;

/** Has a running server of the same user work on its lake; for one call. Not thread-safe. */
public final class BridgeClient implements AutoCloseable {

    private final DataOutputStream out;
    private final DataInputStream in;

    private BridgeClient(SocketChannel channel) {
        this.out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
        this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    }

    /** Reaches the server that has the catalog's file open; empty when none answers. */
    public static Optional<BridgeClient> connect(Path catalogFile) {
        try {
            return Optional.of(new BridgeClient(SocketChannel.open(BridgeAddress.of(catalogFile))));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // No socket, one left over from a killed server, or no such sockets here: all mean that nobody answers.
            return Optional.empty();
        }
    }

    /**
     * Runs a statement.
     *
     * @throws BridgeException if the statement fails, or the server goes away
     * @throws IOException if the output cannot be written
     */
    public void run(String sql, OutputFormat format, Duration timeout, TextSink output)
            throws IOException, BridgeException {
        send(() -> BridgeCall.writeStatement(out, sql, format, timeout));
        copy(output);
    }

    /**
     * Checks the lake.
     *
     * @return whether nothing serious was found
     * @throws BridgeException if it cannot be checked, or the server goes away
     * @throws IOException if the output cannot be written
     */
    public boolean verify(LakeVerification verification, TextSink output) throws IOException, BridgeException {
        send(() -> BridgeCall.writeVerification(out, verification));
        return Boolean.parseBoolean(copy(output));
    }

    /** Copies the output, and returns what stands at the end. */
    private String copy(TextSink output) throws IOException, BridgeException {
        Frames.Frame frame = answer();
        while (frame.kind() != Frames.DONE) {
            output.write(frame.text());
            frame = answer();
        }
        return frame.text();
    }

    /**
     * Loads files. The server reads them, so their paths must be absolute.
     *
     * @return how many rows
     * @throws BridgeException if loading fails, or the server goes away
     */
    public long load(FileLoad load, Consumer<LoadProgress> progress) throws IOException, BridgeException {
        send(() -> BridgeCall.writeLoad(out, load));
        Frames.Frame frame = answer();
        while (frame.kind() != Frames.DONE) {
            String[] numbers = frame.text().split(" ", -1);
            progress.accept(
                    new LoadProgress(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), OptionalLong.empty()));
            frame = answer();
        }
        return Long.parseLong(frame.text());
    }

    private static void send(Sending call) throws BridgeException {
        try {
            call.run();
        } catch (IOException e) {
            throw new BridgeException(
                    "the server that has the catalog's file open did not take the call: " + e.getMessage());
        }
    }

    private Frames.Frame answer() throws BridgeException {
        Frames.Frame frame;
        try {
            frame = Frames.read(in);
        } catch (IOException e) {
            throw new BridgeException("the server that has the catalog's file open went away before its answer was "
                    + "complete; whether a change was committed is not known");
        }
        if (frame.kind() == Frames.ERROR) {
            throw new BridgeException(frame.text());
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        // Closes the channel.
        in.close();
    }

    /** Writes a call. */
    @FunctionalInterface
    private interface Sending {
        void run() throws IOException;
    }

    /** The server says that a call failed, or says nothing any more. */
    public static final class BridgeException extends Exception {

        private static final long serialVersionUID = 1L;

        BridgeException(String message) {
            super(message);
        }
    }
}
