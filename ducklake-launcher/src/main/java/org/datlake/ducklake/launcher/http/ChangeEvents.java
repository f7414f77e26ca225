package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.RowCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the changes of a table as they are committed, as Server-Sent Events: one for each row, named by its change type,
 * and {@code snapshot} behind all of a snapshot. Only the latter has an id, so that a client that is cut off and comes
 * back with Last-Event-ID gets every change, those of a snapshot that was under way again.
 */
final class ChangeEvents {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeEvents.class);
    private static final int MOST_STREAMS = 32;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private final DuckLakeClient lake;
    private final Duration timeout;
    private final JsonMapper json;
    private final Semaphore places = new Semaphore(MOST_STREAMS);
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * Makes a sender.
     *
     * @param timeout how long reading the changes of one look may take
     * @param json writes problems
     */
    ChangeEvents(DuckLakeClient lake, Duration timeout, JsonMapper json) {
        this.lake = lake;
        this.timeout = timeout;
        this.json = json;
    }

    /** Ends all streams, so that nobody waits for them; their clients come back to another server. */
    void stop() {
        stopping.countDown();
    }

    /**
     * Sends changes until the client goes away or this server stops.
     *
     * @param from the first snapshot whose changes are sent
     * @throws HttpResponseException with status 503 if there are as many streams as may be, and 404 if there is no such
     *     table
     */
    void send(Context context, String schema, String table, long from) {
        if (!places.tryAcquire()) {
            context.header("Retry-After", "5");
            throw new HttpResponseException(503, "there are " + MOST_STREAMS + " streams of changes already");
        }
        try {
            new Stream(context, schema, table).run(from);
        } catch (IOException e) {
            LOG.debug("a client that followed changes has gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** One client. */
    private final class Stream {

        private final Context context;
        private final String schema;
        private final String table;
        private final OutputStream out;
        private long lastSent = System.nanoTime();

        Stream(Context context, String schema, String table) throws IOException {
            this.context = context;
            this.schema = schema;
            this.table = table;
            this.out = context.res().getOutputStream();
        }

        void run(long from) throws IOException, InterruptedException {
            if (lake.table(schema, table).isEmpty()) {
                throw new HttpResponseException(404, "there is no table with this schema and name");
            }
            long next = from;
            context.status(200);
            context.res().setContentType("text/event-stream");
            write("retry: 2000\n\n");
            try {
                do {
                    long newest = lake.newestSnapshotId();
                    if (newest >= next) {
                        look(next, newest);
                        next = newest + 1;
                    } else if (System.nanoTime() - lastSent > LONGEST_SILENCE.toNanos()) {
                        write(": still here\n\n");
                    }
                } while (!stopping.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS));
            } catch (DuckLakeException e) {
                Problem problem = Problems.of(e, RequestIds.of(context));
                write("event: problem\ndata: " + json.writeValueAsString(problem) + "\n\n");
            }
        }

        private void look(long from, long to) throws IOException {
            long open = -1;
            try (RowCursor rows = lake.changes(schema, table, from, to, timeout)) {
                while (rows.next()) {
                    long snapshot = rows.row().getLong("snapshot_id");
                    if (open >= 0 && snapshot != open) {
                        endSnapshot(open);
                    }
                    open = snapshot;
                    row(rows);
                }
            }
            if (open >= 0) {
                endSnapshot(open);
            }
            if (open < to) {
                // No event: it only moves the place that the client comes back to.
                write("id: " + to + "\n\n");
            }
        }

        private void row(RowCursor rows) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (JsonGenerator data = json.createGenerator(line)) {
                data.writeStartObject();
                for (int i = 0; i < rows.columns().size(); i++) {
                    data.writeName(rows.columns().get(i).name());
                    JsonValues.write(data, rows.row().get(i, Object.class));
                }
                data.writeEndObject();
            }
            out.write(("event: " + rows.row().getString("change_type") + "\ndata: ").getBytes(StandardCharsets.UTF_8));
            line.writeTo(out);
            out.write("\n\n".getBytes(StandardCharsets.UTF_8));
        }

        private void endSnapshot(long snapshot) throws IOException {
            write("event: snapshot\nid: " + snapshot + "\ndata: {\"snapshotId\":" + snapshot + "}\n\n");
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            lastSent = System.nanoTime();
        }
    }
}
