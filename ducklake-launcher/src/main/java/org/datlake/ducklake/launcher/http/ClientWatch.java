package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread of a request when its client hangs up while it waits. Jetty itself notices only with the next
 * byte that it sends. To notice earlier, the connection is read from, and whatever might come is lost: so this begins only
 * with requests that take a while, and their connections are closed after the answer.
 */
final class ClientWatch implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final EndPoint connection;
    private final Thread waiting = Thread.currentThread();
    private final ScheduledFuture<?> beginning;
    private boolean watching;
    private boolean done;

    private ClientWatch(EndPoint connection, ScheduledExecutorService clock) {
        this.connection = connection;
        this.beginning = clock.schedule(this::begin, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Watches over the calling thread until this is closed. */
    static ClientWatch over(Context context, ScheduledExecutorService clock) {
        return new ClientWatch(connection(context), clock);
    }

    /** Cuts a connection, so that nobody takes half an answer for a whole one. */
    static void cut(Context context) {
        connection(context).close();
    }

    private static EndPoint connection(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }

    private synchronized void begin() {
        if (!done && connection.tryFillInterested(new Arrival())) {
            watching = true;
        }
    }

    private void arrived() {
        int read;
        try {
            read = connection.fill(ByteBuffer.allocate(1).flip());
        } catch (IOException e) {
            read = -1;
        }
        synchronized (this) {
            if (!done && read < 0) {
                waiting.interrupt();
            } else if (!done && read == 0) {
                connection.tryFillInterested(new Arrival());
            }
        }
    }

    /** Ends the watch, because the answer begins; says whether the connection must be closed behind it. */
    synchronized boolean end() {
        if (!done) {
            done = true;
            beginning.cancel(false);
            if (watching && connection instanceof AbstractEndPoint endPoint) {
                endPoint.getFillInterest().onFail(new IOException("the watch is over"));
            }
        }
        return watching;
    }

    /** Ends the watch; an interrupt that came too late is forgotten. */
    @Override
    public void close() {
        end();
        if (Thread.currentThread() == waiting) {
            Thread.interrupted();
        }
    }

    /** What is told when something can be read, or nothing any more. */
    private final class Arrival implements Callback {

        @Override
        public void succeeded() {
            arrived();
        }

        @Override
        public void failed(@Nullable Throwable cause) {
            // The connection was closed, or the watch is over.
        }
    }
}
