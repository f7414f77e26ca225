package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.launcher.access.AccessControl;

/** Runs statements of callers. */
final class QueryRoutes {

    private static final int MOST_BYTES = 1 << 20;

    private final DuckLakeClient lake;
    private final Bodies bodies;
    private final RowAnswers answers;

    QueryRoutes(DuckLakeClient lake, Bodies bodies, RowAnswers answers) {
        this.lake = lake;
        this.bodies = bodies;
        this.answers = answers;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.post("/api/v1/query", access.reading(this::query));
    }

    private void query(Context context) throws IOException {
        AnswerFormat format = AnswerFormat.accepted(context.header("Accept"), List.of(AnswerFormat.values()));
        QueryRequest.requireJson(context);
        bodies.read(context, MOST_BYTES, MOST_BYTES, body -> {
            answer(context, format, QueryRequest.parse(body.bytes()));
            return CompletableFuture.completedFuture(null);
        });
    }

    private void answer(Context context, AnswerFormat format, QueryRequest request) throws IOException {
        // One more than there may be, to see that there are more.
        long most = answers.limits().maxRows() + 1L;
        GuardedQuery query = request.on(lake)
                .timeout(answers.limits().timeout())
                .limit(Math.min(request.limit().orElse(most), most));
        if (format == AnswerFormat.PARQUET) {
            answers.sendParquet(context, query);
        } else {
            answers.send(context, format, query::open);
        }
    }
}
