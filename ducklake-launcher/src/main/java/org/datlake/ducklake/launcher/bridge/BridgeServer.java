package org.datlake.ducklake.launcher.bridge;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadProgress;
import org.datlake.ducklake.launcher.cli.FileLoad;
import org.datlake.ducklake.launcher.cli.LakeVerification;
import org.datlake.ducklake.launcher.cli.StatementRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works for the command line while this server has the catalog's file open, which only one process can. Its socket lies
 * beside the file with rights for the owner only: who can use it could open the file as well. Thread-safe.
 */
public final class BridgeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeServer.class);

    private final Path catalogFile;
    private final DuckLakeClient lake;
    private @Nullable ServerSocketChannel channel;
    private boolean closed;

    /** Makes a bridge that nobody can reach yet. */
    public BridgeServer(Path catalogFile, DuckLakeClient lake) {
        this.catalogFile = catalogFile;
        this.lake = lake;
    }

    /**
     * Opens the bridge, unless it was closed. To be called once the lake is attached: only then is it certain that no
     * other process has the catalog open, and that a socket that lies there already is a dead one's.
     */
    public synchronized void open() {
        if (closed) {
            return;
        }
        try {
            ServerSocketChannel listening = listen();
            channel = listening;
            daemon(() -> accept(listening), "ducklake-bridge").start();
        } catch (IOException | UnsupportedOperationException e) {
            // The server works without.
            LOG.warn("the command line cannot reach this server's lake: {}", e.getMessage());
        }
    }

    private ServerSocketChannel listen() throws IOException {
        Path socketFile = BridgeAddress.file(catalogFile);
        Files.deleteIfExists(socketFile);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(BridgeAddress.of(catalogFile));
            Files.setPosixFilePermissions(socketFile, PosixFilePermissions.fromString("rw-------"));
            return listening;
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
    }

    private void accept(ServerSocketChannel listening) {
        while (listening.isOpen()) {
            try {
                SocketChannel caller = listening.accept();
                daemon(() -> serve(caller), "ducklake-bridge-call").start();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("a caller on the bridge was lost: {}", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                DataInputStream in = new DataInputStream(Channels.newInputStream(caller));
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(caller)))) {
            answer(in, out);
            out.flush();
        } catch (IOException | UncheckedIOException e) {
            // The caller went away.
            LOG.debug("a call on the bridge ended early: {}", e.getMessage());
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        try {
            BridgeCall call = BridgeCall.read(in);
            Frames.write(out, Frames.DONE, carryOut(call, out));
        } catch (DuckLakeException e) {
            Frames.write(out, Frames.ERROR, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            Frames.write(out, Frames.ERROR, "the server does not understand this: is it of another version?");
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("a call on the bridge failed unexpectedly", e);
            Frames.write(out, Frames.ERROR, "the server failed unexpectedly; its log has the details");
        }
    }

    private String carryOut(BridgeCall call, DataOutputStream out) throws IOException {
        String statement = call.statement();
        FileLoad load = call.load();
        LakeVerification verification = call.verification();
        if (verification != null) {
            return Boolean.toString(verification.run(lake, text -> Frames.writeOutput(out, text)));
        }
        if (statement != null) {
            StatementRunner.run(lake, statement, call.format(), call.timeout(), text -> Frames.writeOutput(out, text));
            return "";
        }
        return load == null ? "" : Long.toString(load.run(lake, progress -> send(out, progress)));
    }

    /** Tells the caller how far loading has come; when the caller is gone, that ends the transaction. */
    private static void send(DataOutputStream out, LoadProgress progress) {
        try {
            Frames.write(out, Frames.PROGRESS, progress.rows() + " " + progress.bytes());
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes no calls any more. Those under way go on for as long as the lake is open. */
    @Override
    public synchronized void close() {
        closed = true;
        ServerSocketChannel listening = channel;
        if (listening == null) {
            return;
        }
        try {
            listening.close();
            Files.deleteIfExists(BridgeAddress.file(catalogFile));
        } catch (IOException e) {
            // The next server removes what is left.
            LOG.debug("the bridge's socket was not removed: {}", e.getMessage());
        }
    }
}
