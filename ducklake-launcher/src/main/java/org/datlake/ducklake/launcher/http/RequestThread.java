package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Takes what belongs to a request along to each thread that works for it: its ids in log lines, and its span. One thread
 * works for a request at a time.
 */
final class RequestThread {

    private static final String THREAD = "datlake.request.thread";
    private static final String LOGGED = "datlake.request.logged";

    private RequestThread() {}

    /** Begins on the calling thread, which has got the ids and the span already. */
    static void begin(Context context) {
        context.attribute(LOGGED, MDC.getCopyOfContextMap());
        context.attribute(THREAD, Thread.currentThread());
    }

    /** Gives them to the calling thread, unless it has them. */
    static void enter(Context context) {
        if (context.attribute(THREAD) != Thread.currentThread()) {
            @Nullable Map<String, String> logged = context.attribute(LOGGED);
            MDC.setContextMap(logged == null ? Map.of() : logged);
            RequestTraces.enter(context);
            context.attribute(THREAD, Thread.currentThread());
        }
    }

    /** Takes them from the calling thread, which works for others from now on. */
    static void leave(Context context) {
        if (context.attribute(THREAD) == Thread.currentThread()) {
            RequestTraces.leave(context);
            MDC.clear();
            context.attribute(THREAD, null);
        }
    }

    /** Works for a request on a thread that is not there for it alone. */
    static <T> T within(Context context, Callable<T> work) throws Exception {
        enter(context);
        try {
            return work.call();
        } finally {
            leave(context);
        }
    }
}
