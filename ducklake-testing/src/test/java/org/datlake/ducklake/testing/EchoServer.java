package org.datlake.ducklake.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sends back whatever it gets, remembers it, and closes each connection when its client has ended it. */
final class EchoServer implements AutoCloseable {

    /** What came over one connection. */
    static final class Heard {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean ended;

        byte[] bytes() {
            return bytes.toByteArray();
        }

        boolean ended() {
            return ended;
        }
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    EchoServer() throws IOException {
        start(() -> {
            while (true) {
                Socket client = listener.accept();
                Heard of = new Heard();
                heard.add(of);
                start(() -> echo(client, of));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /** Returns what came over each connection, in the order in which they were accepted. */
    List<Heard> heard() {
        return heard;
    }

    private static void echo(Socket client, Heard heard) throws IOException {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] chunk = new byte[1 << 16];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                heard.bytes.write(chunk, 0, count);
                client.getOutputStream().write(chunk, 0, count);
            }
        } finally {
            heard.ended = true;
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Runnable task = () -> {
            try {
                work.run();
            } catch (IOException e) {
                // The socket was closed.
            }
        };
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
