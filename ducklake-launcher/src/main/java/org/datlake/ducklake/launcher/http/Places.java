package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many requests do one kind of work at a time. A few more may wait a moment; who comes then is answered 503,
 * because whoever waits holds one of the server's threads, of which health needs some, too. Thread-safe.
 */
final class Places {

    private static final int MOST_WAITING = 32;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Semaphore places;
    private final int most;
    private final String what;

    /**
     * Makes places.
     *
     * @param most how many there are
     * @param what is done in them, in the plural
     */
    Places(int most, String what) {
        this.places = new Semaphore(most);
        this.most = most;
        this.what = what;
    }

    /**
     * Takes a place; {@link #leave} gives it back.
     *
     * @throws HttpResponseException with status 503 if none gets free soon
     */
    void enter(Context context) {
        if (!take()) {
            context.header("Retry-After", "1");
            throw new HttpResponseException(
                    503, most + " " + what + " are under way already, which is as many as may: try again later");
        }
    }

    /** Gives a place back. */
    void leave() {
        places.release();
    }

    /** Lets a handler work in a place of its own. */
    Handler limited(Handler handler) {
        return context -> {
            enter(context);
            try {
                handler.handle(context);
            } finally {
                leave();
            }
        };
    }

    private boolean take() {
        try {
            return places.tryAcquire()
                    || (places.getQueueLength() < MOST_WAITING
                            && places.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
