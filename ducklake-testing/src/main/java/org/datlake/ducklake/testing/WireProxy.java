package org.datlake.ducklake.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.testing.internal.ArmedFault;
import org.datlake.ducklake.testing.internal.Gate;
import org.datlake.ducklake.testing.internal.ProxiedConnection;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on a free port of the loopback address, in front of a server, that injects faults between the server and
 * its clients. Without a fault it passes everything on, byte for byte, in both directions.
 *
 * <p>Before PostgreSQL it also counts the messages of the clients, and cuts a connection at a chosen one. Messages are
 * seen only on connections without TLS; the rest of the faults work on any connection.
 *
 * <p>Safe for use by several threads. {@link #close()} ends the listening and all connections.
 */
public final class WireProxy implements AutoCloseable {

    /** On which side of a message its connection is cut. */
    public enum Moment {
        /** The server never gets the message. */
        BEFORE_FORWARDING,
        /** The server gets the message and acts on it; the client never gets the answer. */
        AFTER_FORWARDING
    }

    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final Thread listening;
    private final String serverHost;
    private final int serverPort;
    private final @Nullable ArmedFault fault;
    private final Gate gate = new Gate();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;

    private WireProxy(String serverHost, int serverPort, @Nullable ArmedFault fault) {
        this.serverHost = serverHost;
        this.serverPort = serverPort;
        this.fault = fault;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listening = new Thread(this::listen, "wire-proxy-" + port());
        listening.setDaemon(true);
        listening.start();
    }

    /**
     * Starts a proxy in front of a PostgreSQL server, which need not run yet. Streams that turn out not to be
     * PostgreSQL's, TLS among them, pass unchanged and uncounted.
     *
     * @throws UncheckedIOException if there is no free port
     */
    public static WireProxy postgres(String host, int port) {
        return new WireProxy(host, port, new ArmedFault());
    }

    /**
     * Starts a proxy in front of any server, which need not run yet. It knows no messages.
     *
     * @throws UncheckedIOException if there is no free port
     */
    public static WireProxy bytes(String host, int port) {
        return new WireProxy(host, port, null);
    }

    /** Returns the address that clients are to connect to. */
    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /** Returns the port that clients are to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Closes all connections now, on both sides. New ones are accepted as before. */
    public void cutAll() {
        connections.forEach(ProxiedConnection::close);
    }

    /** Closes new connections as soon as they are made, from now on. Those that exist go on. */
    public void refuse() {
        refusing = true;
    }

    /** Ends {@link #refuse}. */
    public void accept() {
        refusing = false;
    }

    /**
     * Passes nothing on in either direction, from now on: connections stay open and new ones are accepted, but all is
     * silence. What is just being written may still arrive.
     */
    public void freeze() {
        gate.freeze(true);
    }

    /** Ends {@link #freeze}; what was held back arrives. */
    public void thaw() {
        gate.freeze(false);
    }

    /**
     * Holds back whatever arrives, in each direction, for a while before it is passed on, from now on. A connection
     * waits for each piece by itself, so that many pieces take many times as long.
     *
     * @param delay how long; zero, the default, ends it
     * @throws IllegalArgumentException if the duration is negative
     */
    public void delay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay cannot be negative, was " + delay);
        }
        gate.delay(delay);
    }

    /**
     * Cuts a connection, once, at the n-th message that any client sends from now on. All kinds of messages count, from
     * the first of a session's start to its last. Replaces the fault that was armed before, and sets
     * {@link #messages()} to zero.
     *
     * <p>Replies that come after the message are withheld from the client in any case. Both sides are closed as soon as
     * the server has acted on everything it got, and ended; the client's side after 500 ms even if it has not.
     *
     * @param n 1 for the next message
     * @param moment whether the server gets that message
     * @throws IllegalArgumentException if n is less than 1
     * @throws IllegalStateException if this proxy knows no messages
     */
    public void cutAtMessage(long n, Moment moment) {
        if (n < 1) {
            throw new IllegalArgumentException("messages are counted from 1, was " + n);
        }
        messageFault().armAtMessage(n, moment == Moment.AFTER_FORWARDING);
    }

    /**
     * Cuts a connection, once, at the next message that runs a statement whose text contains a piece of SQL, in this
     * very spelling. That is a simple query, or the parsing or binding of a prepared statement, which is forwarded with
     * what belongs to it, as the server would not act on it alone. Apart from that it works as {@link #cutAtMessage}.
     *
     * @param sql such as {@code COMMIT}
     * @param moment whether the server gets that statement
     * @throws IllegalStateException if this proxy knows no messages
     */
    public void cutAtText(String sql, Moment moment) {
        messageFault().armAtText(sql, moment == Moment.AFTER_FORWARDING);
    }

    /** Takes back the fault that was armed, if it has not struck yet. */
    public void disarm() {
        messageFault().disarm();
    }

    /**
     * Returns how many messages clients have sent since a fault was armed last, or since the start; all connections
     * count. A message that could not be forwarded counts, too.
     *
     * @throws IllegalStateException if this proxy knows no messages
     */
    public long messages() {
        return messageFault().messages();
    }

    /**
     * Returns how many armed faults have struck since the start.
     *
     * @throws IllegalStateException if this proxy knows no messages
     */
    public int fired() {
        return messageFault().fired();
    }

    /**
     * Ends the listening and all connections.
     *
     * @throws UncheckedIOException if the port cannot be given back
     */
    @Override
    public void close() {
        try {
            listener.close();
            // As long as its thread has not noticed, the system goes on accepting.
            listening.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            cutAll();
        }
    }

    private ArmedFault messageFault() {
        if (fault == null) {
            throw new IllegalStateException("this proxy passes bytes on and knows no messages");
        }
        return fault;
    }

    private void listen() {
        try {
            while (true) {
                handle(listener.accept());
            }
        } catch (IOException e) {
            // Closed, which is the only end of it.
        }
    }

    private void handle(Socket client) {
        ProxiedConnection connection = new ProxiedConnection(client, gate, fault, connections::remove);
        if (refusing) {
            connection.close();
        } else {
            connections.add(connection);
            connection.start(new InetSocketAddress(serverHost, serverPort));
        }
    }
}
