package org.datlake.ducklake.launcher.bridge;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.datlake.ducklake.launcher.cli.StatementRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements for the command line while this server has the catalog's file open, which only one process can. Its
 * socket lies beside the file with rights for the owner only: who can use it could open the file as well.
 */
public final class BridgeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeServer.class);

    private final Path socketFile;
    private final ServerSocketChannel channel;
    private final DuckLakeClient lake;

    private BridgeServer(Path socketFile, ServerSocketChannel channel, DuckLakeClient lake) {
        this.socketFile = socketFile;
        this.channel = channel;
        this.lake = lake;
    }

    /** Starts; a bridge that cannot be is logged, for the server works without. */
    public static @Nullable BridgeServer start(Path catalogFile, DuckLakeClient lake) {
        Path socketFile = BridgeAddress.file(catalogFile);
        try {
            Path folder = socketFile.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            // Left over from a process that was killed; while one lives, it holds the catalog's lock and we are not
            // here.
            Files.deleteIfExists(socketFile);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(BridgeAddress.of(catalogFile));
            Files.setPosixFilePermissions(socketFile, PosixFilePermissions.fromString("rw-------"));
            BridgeServer server = new BridgeServer(socketFile, channel, lake);
            daemon(server::accept, "ducklake-bridge").start();
            return server;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info("the command line cannot reach this server's lake: {}", e.getMessage());
            return null;
        }
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                SocketChannel caller = channel.accept();
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
            OutputFormat format = OutputFormat.valueOf(Frames.read(in).text());
            String sql = Frames.read(in).text();
            try {
                StatementRunner.run(lake, sql, format, text -> Frames.write(out, Frames.OUTPUT, text));
                Frames.write(out, Frames.DONE, "");
            } catch (DuckLakeException e) {
                Frames.write(out, Frames.ERROR, String.valueOf(e.getMessage()));
            }
            out.flush();
        } catch (IOException | RuntimeException e) {
            // The caller went away, or is none of ours.
            LOG.debug("a call on the bridge ended early: {}", e.getMessage());
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(socketFile);
        } catch (IOException e) {
            // The next server removes what is left.
            LOG.debug("the bridge's socket was not removed: {}", e.getMessage());
        }
    }
}
