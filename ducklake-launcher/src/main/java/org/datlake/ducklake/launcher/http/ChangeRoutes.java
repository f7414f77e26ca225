package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.launcher.access.AccessControl;
import org.jspecify.annotations.Nullable;

/** What changed in a table, between two snapshots or from now on. */
final class ChangeRoutes {

    private static final String EVENTS = "text/event-stream";

    private final DuckLakeClient lake;
    private final RowAnswers answers;
    private final ChangeEvents events;

    ChangeRoutes(DuckLakeClient lake, RowAnswers answers, ChangeEvents events) {
        this.lake = lake;
        this.answers = answers;
        this.events = events;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.get("/api/v1/tables/{schema}/{table}/changes", access.reading(this::changes));
    }

    private void changes(Context context) throws IOException {
        String schema = context.pathParam("schema");
        String table = context.pathParam("table");
        String accept = context.header("Accept");
        Long last = number(context.header("Last-Event-ID"), "Last-Event-ID");
        Long from = number(context.queryParam("from"), "from");
        Long to = number(context.queryParam("to"), "to");
        if (accept != null && accept.strip().startsWith(EVENTS)) {
            events.send(context, schema, table, start(last, from));
            return;
        }
        AnswerFormat format =
                AnswerFormat.accepted(accept, List.of(AnswerFormat.JSON, AnswerFormat.NDJSON, AnswerFormat.CSV));
        long end = to == null ? lake.newestSnapshotId() : to;
        long first = from == null ? end : from;
        answers.send(
                context,
                format,
                () -> lake.changes(schema, table, first, end, answers.limits().timeout()));
    }

    /** Who was cut off goes on behind the last snapshot that arrived as a whole; who is new, with the next one. */
    private long start(@Nullable Long last, @Nullable Long from) {
        long newest = lake.newestSnapshotId();
        if (last != null) {
            return requireNotBeyond(last, newest, "Last-Event-ID") + 1;
        }
        return from == null ? newest + 1 : requireNotBeyond(from, newest + 1, "from");
    }

    /** Whoever waited for a snapshot of a lake that is no longer this one would hear nothing, and not learn why. */
    private static long requireNotBeyond(long id, long most, String name) {
        if (id > most) {
            throw new HttpResponseException(400, "'" + name + "' is beyond the newest snapshot: it is at most " + most);
        }
        return id;
    }

    static @Nullable Long number(@Nullable String text, String name) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("[0-9]+")) {
                return Long.valueOf(text);
            }
        } catch (NumberFormatException e) {
            throw noNumber(name);
        }
        throw noNumber(name);
    }

    private static HttpResponseException noNumber(String name) {
        return new HttpResponseException(400, "'" + name + "' is a whole number from 0 to " + Long.MAX_VALUE);
    }
}
