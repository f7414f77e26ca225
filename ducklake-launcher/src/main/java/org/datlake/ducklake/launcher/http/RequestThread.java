package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Takes what belongs to a request from one thread to the next that works for it: its ids in log lines, and its span. */
final class RequestThread {

    private final Context context;
    private final @Nullable Map<String, String> logged;

    private RequestThread(Context context, @Nullable Map<String, String> logged) {
        this.context = context;
        this.logged = logged;
    }

    /** Takes it from this thread, which works for others from now on. */
    static RequestThread leave(Context context) {
        RequestThread left = new RequestThread(context, MDC.getCopyOfContextMap());
        RequestTraces.leave(context);
        MDC.clear();
        return left;
    }

    /** Gives it to this thread. */
    void enter() {
        MDC.setContextMap(logged == null ? Map.of() : logged);
        RequestTraces.enter(context);
    }
}
