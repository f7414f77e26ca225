package org.datlake.ducklake.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The body of an answer of HTTP/1.1 in chunks, read from the socket straight into the memory where it is wanted, as Arrow's
 * clients in native code do: Java's HttpClient copies each byte several times over three threads.
 */
final class HttpBody implements ReadableByteChannel {

    private static final int MOST_LINE = 8192;

    private final SocketChannel socket;
    private final ByteBuffer ahead = ByteBuffer.allocateDirect(MOST_LINE).flip();
    private long left;
    private boolean begun;
    private boolean ended;

    private HttpBody(SocketChannel socket) {
        this.socket = socket;
    }

    /** Sends a request to a server on this machine; returns the answer's body, whose head has been checked. */
    static HttpBody post(int port, String path, String format, String json) throws IOException {
        SocketChannel socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        HttpBody body = new HttpBody(socket);
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: "
                + format + "\r\nContent-Length: " + content.length + "\r\n\r\n";
        ByteBuffer request = ByteBuffer.allocate(head.length() + content.length)
                .put(head.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .flip();
        try {
            while (request.hasRemaining()) {
                socket.write(request);
            }
            body.readHead();
            return body;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void readHead() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException("the server answered " + status);
        }
        boolean chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            chunked = chunked || line.toLowerCase(Locale.ROOT).equals("transfer-encoding: chunked");
        }
        if (!chunked) {
            throw new IllegalStateException("the answer does not come in chunks");
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MOST_LINE) {
            if (!ahead.hasRemaining()) {
                fill(ahead.clear());
                ahead.flip();
            }
            char c = (char) ahead.get();
            if (c == '\n') {
                return line.toString().stripTrailing();
            }
            line.append(c);
        }
        throw new IOException("a line of the answer is too long");
    }

    private int fill(ByteBuffer target) throws IOException {
        int read = socket.read(target);
        if (read < 0) {
            throw new EOFException("the answer breaks off");
        }
        return read;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int limit = target.limit();
        ByteBuffer source = ahead;
        int most =
                (int) Math.min(left, Math.min(target.remaining(), source.hasRemaining() ? source.remaining() : left));
        target.limit(target.position() + most);
        try {
            int read = most;
            if (source.hasRemaining()) {
                target.put(source.slice(source.position(), most));
                source.position(source.position() + most);
            } else {
                read = fill(target);
            }
            left -= read;
            return read;
        } finally {
            target.limit(limit);
        }
    }

    private void nextChunk() throws IOException {
        if (begun) {
            line();
        }
        begun = true;
        left = Long.parseLong(line(), 16);
        ended = left == 0;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
