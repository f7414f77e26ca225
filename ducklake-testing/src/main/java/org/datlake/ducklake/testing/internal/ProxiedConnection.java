package org.datlake.ducklake.testing.internal;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.datlake.ducklake.testing.internal.ArmedFault.Verdict;
import org.jspecify.annotations.Nullable;

/** One client's connection through a proxy, with a thread for each direction. Safe for use by several threads. */
public final class ProxiedConnection implements AutoCloseable {

    private static final Duration CHANCE_TO_ACT = Duration.ofMillis(500);
    private static final int CHUNK = 1 << 16;

    private final Socket client;
    private final Socket server = new Socket();
    private final Gate gate;
    private final @Nullable ArmedFault fault;
    private final PostgresFrames frames;
    private final Consumer<ProxiedConnection> onClose;
    private final CountDownLatch serverEnded = new CountDownLatch(1);
    private boolean cutAtSync;
    private volatile boolean repliesLost;

    /**
     * Takes a client that was accepted; nothing happens before {@link #start}.
     *
     * @param fault what counts and picks messages, or null if the stream has none
     * @param onClose is told, at least once, that the connection has ended
     */
    public ProxiedConnection(
            Socket client, Gate gate, @Nullable ArmedFault fault, Consumer<ProxiedConnection> onClose) {
        this.client = client;
        this.gate = gate;
        this.fault = fault;
        this.frames = fault == null ? PostgresFrames.ofBytes() : PostgresFrames.ofPostgres();
        this.onClose = onClose;
    }

    /** Connects to the server and passes on what comes, until either side ends. */
    public void start(InetSocketAddress address) {
        startThread("requests", () -> {
            if (gate.pass(client::isClosed)) {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(address);
                startThread("replies", this::passReplies);
                passRequests();
            }
        });
    }

    private interface Direction {
        void pass() throws IOException, InterruptedException;
    }

    private void startThread(String name, Direction direction) {
        Runnable work = () -> {
            try {
                direction.pass();
            } catch (IOException | InterruptedException e) {
                // Either side has gone, or a fault has closed both: there is nothing left to pass on.
                close();
            }
        };
        Thread thread = new Thread(work, "wire-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void passRequests() throws IOException, InterruptedException {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (!gate.pass(client::isClosed)) {
                return;
            }
            frames.add(chunk, count);
            if (!passMessages(out)) {
                cut();
                return;
            }
        }
        out.write(frames.takeRest());
        server.shutdownOutput();
        serverEnded.await();
        close();
    }

    /** Passes on what is complete; at a fault it passes on nothing behind that, and returns false. */
    private boolean passMessages(OutputStream out) throws IOException {
        ByteArrayOutputStream passing = new ByteArrayOutputStream();
        boolean whole = true;
        for (PostgresMessage message = frames.next(); message != null; message = whole ? frames.next() : null) {
            Verdict verdict = judge(message);
            if (verdict != Verdict.PASS) {
                repliesLost = true;
            }
            if (verdict != Verdict.CUT_BEFORE) {
                message.writeTo(passing);
            }
            whole = verdict == Verdict.PASS || verdict == Verdict.CUT_AFTER_SYNC;
        }
        if (whole) {
            passing.writeBytes(frames.takeUnframed());
        }
        passing.writeTo(out);
        return whole;
    }

    private Verdict judge(PostgresMessage message) {
        Verdict verdict = fault == null ? Verdict.PASS : fault.judge(message);
        if (verdict == Verdict.PASS && cutAtSync && message.type() == PostgresMessage.SYNC) {
            return Verdict.CUT_AFTER;
        }
        cutAtSync |= verdict == Verdict.CUT_AFTER_SYNC;
        return verdict;
    }

    private void cut() throws IOException, InterruptedException {
        // The server reads the end behind everything else, and shows by ending, too, that it has acted on all of it.
        server.shutdownOutput();
        serverEnded.await(CHANCE_TO_ACT.toNanos(), TimeUnit.NANOSECONDS);
        closeQuietly(client);
        gate.wake();
        // A server that was too slow for the client keeps what it got: to close now could take it back.
        serverEnded.await();
        close();
    }

    private void passReplies() throws IOException, InterruptedException {
        try {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                boolean passing = gate.pass(client::isClosed);
                if (repliesLost) {
                    continue;
                }
                if (!passing) {
                    return;
                }
                out.write(chunk, 0, count);
            }
            if (!client.isClosed()) {
                client.shutdownOutput();
            }
        } finally {
            serverEnded.countDown();
        }
    }

    /** Closes both sides at once. */
    @Override
    public void close() {
        closeQuietly(client);
        closeQuietly(server);
        gate.wake();
        onClose.accept(this);
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
