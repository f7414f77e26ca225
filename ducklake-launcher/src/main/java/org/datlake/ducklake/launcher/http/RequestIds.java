package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives each request an id: the caller's, where it sends a sensible one, else a new one. It is in logs and answers. */
final class RequestIds {

    static final String HEADER = "X-Request-Id";
    private static final String ATTRIBUTE = "datlake.request.id";
    private static final Pattern SENSIBLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestIds() {}

    static String assign(Context context) {
        String id = choose(context.header(HEADER));
        context.attribute(ATTRIBUTE, id);
        context.header(HEADER, id);
        return id;
    }

    /** Returns what a caller sent, if that is sensible, else a new one. */
    static String choose(@Nullable String sent) {
        return sent != null && SENSIBLE.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
    }

    static String of(Context context) {
        String id = context.attribute(ATTRIBUTE);
        return id == null ? assign(context) : id;
    }
}
