package org.datlake.ducklake.launcher.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.datlake.ducklake.BulkLoad;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.LoadResult;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.TransactionConflictException;
import org.datlake.ducklake.launcher.access.AccessControl;
import org.datlake.ducklake.launcher.http.TableWriters.Open;
import org.datlake.ducklake.launcher.http.TableWriters.Table;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows. A request is one transaction: all its rows or none. Small bodies of plain JSON are committed together
 * with those of other callers; everything else is kept in a file until it is complete, and loaded from there.
 */
final class RowRoutes {

    /** How many bytes a body may have. */
    static final long MOST_BYTES = 1L << 30;

    private static final int MOST_BYTES_IN_MEMORY = 1 << 20;
    private static final int LONGEST_KEY = 255;

    /** Of those that hold a thread; small bodies that wait for their commit do not. */
    private static final int MOST_WRITES = 64;

    private static final int MOST_LOADS = 4;
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(10);
    private static final Map<String, LoadFormat> FORMATS = Map.of(
            "application/x-ndjson", LoadFormat.NDJSON,
            "application/json", LoadFormat.JSON,
            "text/csv", LoadFormat.CSV,
            "application/vnd.apache.parquet", LoadFormat.PARQUET);

    private final DuckLakeClient lake;
    private final TableWriters writers;
    private final Bodies bodies;
    private final Places reads;
    private final Places writes = new Places(MOST_WRITES, "writes");
    private final Places loads = new Places(MOST_LOADS, "loads");

    RowRoutes(DuckLakeClient lake, Bodies bodies, Places reads) {
        this.lake = lake;
        this.writers = new TableWriters(lake);
        this.bodies = bodies;
        this.reads = reads;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.post("/api/v1/tables/{schema}/{table}/rows", access.writing(this::write));
        routes.get("/api/v1/operations/{id}", access.reading(reads.limited(this::operation)));
    }

    private void write(Context context) throws Exception {
        LoadFormat format = format(context);
        Table table = new Table(context.pathParam("schema"), context.pathParam("table"));
        String key = key(context, table);
        if (!writers.has(table)) {
            reads.limited(ignored -> requireTable(table)).handle(context);
        }
        bodies.read(context, MOST_BYTES_IN_MEMORY, MOST_BYTES, body -> {
            if (format == LoadFormat.NDJSON || format == LoadFormat.JSON) {
                try (InputStream json = body.open()) {
                    JsonGuard.check(json, format == LoadFormat.NDJSON);
                }
            }
            return write(context, new Rows(table, format, key, body)).thenAccept(written -> {
                note(context, written.operationId(), written.snapshotId());
                context.json(written);
            });
        });
    }

    /** What a request brings. */
    private record Rows(
            Table table, LoadFormat format, @Nullable String key, BodySpool body) {}

    private CompletionStage<Written> write(Context context, Rows rows) throws IOException {
        Optional<CompletableFuture<Written>> small;
        writes.enter(context);
        try {
            small = small(rows);
        } finally {
            writes.leave();
        }
        if (small.isEmpty()) {
            return CompletableFuture.completedFuture(load(context, rows));
        }
        // On threads of the server: the one that commits has other callers to serve.
        Executor threads = Bodies.threads(context);
        RequestThread.leave(context);
        return small.get()
                .handleAsync(
                        (written, failure) -> failure == null ? written : otherwise(context, rows, failure), threads);
    }

    private static LoadFormat format(Context context) {
        LoadFormat format = FORMATS.get(Bodies.mediaType(context));
        if (format == null) {
            throw new HttpResponseException(
                    415,
                    "send rows with the Content-Type application/x-ndjson, application/json (an array of objects), "
                            + "text/csv (with a header) or application/vnd.apache.parquet");
        }
        return format;
    }

    /** A key belongs to its table, so that the same one for another table is not taken for a repetition. */
    private static @Nullable String key(Context context, Table table) {
        String sent = context.header("Idempotency-Key");
        if (sent == null) {
            return null;
        }
        if (sent.isBlank() || sent.length() > LONGEST_KEY) {
            throw new HttpResponseException(400, "an Idempotency-Key has 1 to " + LONGEST_KEY + " characters");
        }
        return "http " + table.schema().length() + " " + table.schema() + " "
                + table.name().length() + " " + table.name() + " " + sent;
    }

    /** Before a body is read, which may be large. */
    private void requireTable(Table table) {
        if (writers.of(table).isEmpty()) {
            boolean there = lake.tables().stream()
                    .anyMatch(found -> found.schema().equals(table.schema())
                            && found.name().equals(table.name()));
            if (!there) {
                throw new HttpResponseException(404, "there is no table with this schema and name");
            }
        }
    }

    /** Writes a small body of plain rows; empty if it is none, or the engine has to say what is wrong with it. */
    private Optional<CompletableFuture<Written>> small(Rows rows) {
        byte[] bytes = rows.body().small();
        Open open = writers.of(rows.table()).orElse(null);
        if (bytes == null || open == null || rows.format() == LoadFormat.CSV || rows.format() == LoadFormat.PARQUET) {
            return Optional.empty();
        }
        Optional<List<@Nullable Object[]>> plain = new JsonRows(open.columns()).read(rows.format(), bytes);
        if (plain.isEmpty()) {
            writers.check(rows.table(), open);
            return Optional.empty();
        }
        List<@Nullable Object[]> values = plain.get();
        String key = rows.key();
        try {
            CompletableFuture<Committed> done =
                    key == null ? open.writer().writeAll(values) : open.writer().writeAll(values, key);
            return Optional.of(done.thenApply(committed -> Written.of(committed, OptionalLong.of(values.size()))));
        } catch (ClientClosedException e) {
            // Another request has found that the table changed, and closed the writer; or the server stops.
            return Optional.empty();
        }
    }

    /** The engine has the last word on rows that could not be written together with those of others. */
    private Written otherwise(Context context, Rows rows, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof QueryException && !(cause instanceof TransactionConflictException)) {
            writers.of(rows.table()).ifPresent(open -> writers.check(rows.table(), open));
            try {
                return RequestThread.within(context, () -> load(context, rows));
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }
        throw new CompletionException(cause);
    }

    private Written load(Context context, Rows rows) throws IOException {
        loads.enter(context);
        try {
            BulkLoad load =
                    lake.load(rows.table().schema(), rows.table().name()).timeout(LOAD_TIMEOUT);
            String key = rows.key();
            LoadResult result = (key == null ? load : load.idempotencyKey(key))
                    .fromFiles(rows.format(), rows.body().file());
            return Written.of(result.committed(), result.rows());
        } catch (LoadException e) {
            throw e;
        } catch (QueryException e) {
            throw ofBody(e);
        } finally {
            loads.leave();
        }
    }

    /** What a statement of ours has against the rows is the fault of who sent them. */
    private static QueryException ofBody(QueryException failure) {
        String state = failure.sqlState();
        boolean rows = state.startsWith("22") || state.startsWith("23") || state.equals("42703");
        return rows
                ? new LoadException(
                        new LoadException.Place(
                                Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty()),
                        String.valueOf(failure.getMessage()),
                        state,
                        failure)
                : failure;
    }

    private void operation(Context context) {
        OperationId id;
        try {
            id = OperationId.parse(context.pathParam("id"));
        } catch (IllegalArgumentException e) {
            throw new HttpResponseException(400, "an operation's id has 36 characters, as it was answered");
        }
        CommitOutcome outcome = lake.resolve(id);
        if (outcome.status() == CommitOutcome.Status.UNKNOWN) {
            context.header("Retry-After", "1");
        }
        Long snapshot = outcome.snapshotId().isPresent() ? outcome.snapshotId().getAsLong() : null;
        note(context, id.toString(), snapshot);
        context.json(new Operation(id.toString(), outcome.status(), snapshot));
    }

    private static void note(Context context, String operationId, @Nullable Long snapshotId) {
        RequestLog.operation(context, operationId);
        if (snapshotId != null) {
            RequestLog.snapshot(context, snapshotId);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Written(
            String operationId,
            @Nullable Long snapshotId,
            @Nullable Long rows,
            boolean repeated) {

        static Written of(Committed committed, OptionalLong rows) {
            return new Written(
                    committed.operationId().toString(),
                    committed.snapshotId().isPresent() ? committed.snapshotId().getAsLong() : null,
                    rows.isPresent() && !committed.repeated() ? rows.getAsLong() : null,
                    committed.repeated());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Operation(
            String operationId,
            CommitOutcome.Status status,
            @Nullable Long snapshotId) {}
}
