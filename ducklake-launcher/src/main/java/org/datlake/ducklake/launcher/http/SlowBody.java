package org.datlake.ducklake.launcher.http;

import io.javalin.http.HttpResponseException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A body that may take its time to arrive: it is read as its bytes come, and given up when they come too slowly. Not
 * thread-safe; the server calls it from one thread at a time.
 */
final class SlowBody implements ReadListener {

    /** Slower than any link that is of use; with this, holding a connection costs a client something, too. */
    private static final long LEAST_BYTES_PER_SECOND = 1000;

    private static final Duration GRACE = Duration.ofSeconds(10);

    /**
     * So much of a body that is too large is taken and thrown away. Most clients read no answer before they have sent all, and
     * to close the connection earlier would take the answer from them.
     */
    private static final long MOST_THROWN_AWAY = 8 << 20;

    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private final ServletInputStream in;
    private final long length;
    private final BodySpool body;
    private final long began = System.nanoTime();
    private byte[] buffer = new byte[0];
    private long received;
    private long mostReceived = Long.MAX_VALUE;
    private @Nullable HttpResponseException refusal;

    SlowBody(HttpServletRequest request, BodySpool body) throws IOException {
        this.in = request.getInputStream();
        this.length = request.getContentLengthLong();
        this.body = body;
    }

    /** Says whether a body that is refused for its announced length may be left with the client. */
    static boolean needNotCome(HttpServletRequest request) {
        // RFC 9110, section 10.1.1: who expects 100 (Continue) waits with the body.
        return request.getContentLengthLong() > MOST_THROWN_AWAY || request.getHeader("Expect") != null;
    }

    /** Takes the body, as far as that is needed for its client to read the answer. */
    void throwAway(HttpResponseException tooLarge) {
        refusal = tooLarge;
        mostReceived = received + MOST_THROWN_AWAY;
    }

    /**
     * Takes what has arrived; says whether that is all. Nothing is waited for.
     *
     * @throws HttpResponseException as {@link #read}
     */
    boolean hasArrived(int bufferSize) throws IOException {
        if (length < 0) {
            return false;
        }
        byte[] bytes = new byte[(int) Math.min(length, bufferSize)];
        for (int n = readArrived(bytes); n > 0; n = readArrived(bytes)) {
            take(bytes, n);
        }
        if (received == length && refusal != null) {
            throw refusal;
        }
        return received == length;
    }

    /**
     * Reads the rest. The request has to be asynchronous by now.
     *
     * @return fails with {@link HttpResponseException}: 400 if the client goes away, 408 if it is too slow, else as
     *     {@link BodySpool#append}
     */
    CompletableFuture<Void> read(int bufferSize) {
        buffer = new byte[bufferSize];
        in.setReadListener(this);
        return complete;
    }

    @Override
    public void onDataAvailable() {
        try {
            while (!complete.isDone() && in.isReady()) {
                int n = read();
                if (n < 0) {
                    return;
                }
                take(buffer, n);
                requireSpeed();
            }
        } catch (IOException | RuntimeException e) {
            complete.completeExceptionally(e);
        }
    }

    private int readArrived(byte[] bytes) {
        try {
            int ready = received == length ? 0 : in.available();
            return ready == 0 ? 0 : in.read(bytes, 0, Math.min(bytes.length, ready));
        } catch (IOException e) {
            throw endedEarly();
        }
    }

    private int read() {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw endedEarly();
        }
    }

    private void take(byte[] bytes, int n) throws IOException {
        received += n;
        if (refusal == null) {
            try {
                body.append(bytes, n);
            } catch (HttpResponseException e) {
                body.close();
                throwAway(e);
            }
        }
        if (refusal != null && received > mostReceived) {
            throw refusal;
        }
    }

    private void requireSpeed() {
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        if (seconds >= GRACE.toSeconds() && received < seconds * LEAST_BYTES_PER_SECOND) {
            throw tooSlow();
        }
    }

    private static HttpResponseException tooSlow() {
        return new HttpResponseException(
                408,
                "the body came with less than " + LEAST_BYTES_PER_SECOND + " bytes per second: nothing was written");
    }

    @Override
    public void onAllDataRead() {
        if (refusal == null) {
            complete.complete(null);
        } else {
            complete.completeExceptionally(refusal);
        }
    }

    @Override
    public void onError(Throwable failure) {
        complete.completeExceptionally(failure instanceof TimeoutException ? tooSlow() : endedEarly());
    }

    private static HttpResponseException endedEarly() {
        return new HttpResponseException(400, "the body ended before it was complete: nothing was written");
    }
}
