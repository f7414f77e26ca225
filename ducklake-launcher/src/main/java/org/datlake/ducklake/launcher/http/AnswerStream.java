package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer while it is being made. Its beginning is held back, so that what goes wrong early is answered as a
 * problem; later, the answer can only break off. Not thread-safe.
 */
final class AnswerStream extends OutputStream {

    private static final int HELD_BACK = 64 * 1024;

    /**
     * How long a client may take for so many bytes as are held back. They wait until a third of the connection's buffer is
     * free, which may be more than they are: a MiB or so must be taken in this time.
     */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Context context;
    private final ScheduledExecutorService clock;
    private final Duration patience;
    private final long most;
    private final Runnable beforeFirst;
    private final byte[] held = new byte[HELD_BACK];
    private int count;
    private long written;
    private boolean begun;
    private boolean sized;

    /**
     * Makes a stream.
     *
     * @param clock cuts the connection of a client that does not take what is sent
     * @param patience how long it may take for each part
     * @param most how many bytes there may be
     * @param beforeFirst is run before the first byte is sent, when headers can still be set
     */
    AnswerStream(Context context, ScheduledExecutorService clock, Duration patience, long most, Runnable beforeFirst) {
        this.context = context;
        this.clock = clock;
        this.patience = patience;
        this.most = most;
        this.beforeFirst = beforeFirst;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        written += length;
        if (written > most) {
            throw new HttpResponseException(
                    422, "the answer is larger than " + most + " bytes: send a limit, or ask for less");
        }
        if (count + length > HELD_BACK) {
            if (!begun && !sized) {
                // Where the connection is closed afterwards, its end would else be the only end that the answer has.
                context.res().setHeader("Transfer-Encoding", "chunked");
            }
            send();
        }
        if (length > HELD_BACK) {
            pass(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, held, count, length);
            count += length;
        }
    }

    /** Sends what is held back. */
    private void send() throws IOException {
        if (!begun) {
            begun = true;
            beforeFirst.run();
        }
        pass(held, 0, count);
        count = 0;
    }

    /** A client that takes next to nothing would hold a place for ever: its connection is cut. */
    private void pass(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(HELD_BACK, length - done);
            ScheduledFuture<?> cut =
                    clock.schedule(() -> ClientWatch.cut(context), patience.toMillis(), TimeUnit.MILLISECONDS);
            try {
                context.res().getOutputStream().write(bytes, offset + done, part);
            } finally {
                cut.cancel(false);
            }
            done += part;
        }
    }

    /** Says how many bytes there will be, where that is known before the first. */
    void length(long bytes) {
        context.res().setContentLengthLong(bytes);
        sized = true;
    }

    /** Sends the rest: the answer is complete. */
    void complete() throws IOException {
        if (!begun && !sized) {
            length(count);
        }
        send();
    }

    /** Says whether anything was sent, so that no other answer can be given. */
    boolean hasBegun() {
        return begun;
    }
}
