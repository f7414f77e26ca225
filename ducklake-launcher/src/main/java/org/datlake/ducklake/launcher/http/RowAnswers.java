package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.config.DuckLakeConfig.QueryLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Sends rows while they are being read, within limits: so many answers at a time, so many rows and bytes in each. What
 * goes wrong behind the first bytes cuts the connection, so that nobody takes half an answer for a whole one.
 */
final class RowAnswers implements AutoCloseable {

    /** Tells which snapshot was read, where the body does not. */
    static final String SNAPSHOT = "Datlake-Snapshot-Id";

    private static final Logger LOG = LoggerFactory.getLogger(RowAnswers.class);

    private final QueryLimits limits;
    private final Places places;
    private final Path spoolDirectory;
    private final Duration patience;
    private final ScheduledExecutorService clock;

    /**
     * Makes a sender.
     *
     * @param spoolDirectory where answers that are files are made
     * @param patience how long a client may take for a part of an answer
     */
    RowAnswers(QueryLimits limits, Path spoolDirectory, Duration patience) {
        this.limits = limits;
        this.places = new Places(limits.maxConcurrent(), "statements");
        this.spoolDirectory = spoolDirectory;
        this.patience = patience;
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "ducklake-client-watch");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        this.clock = timer;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** Returns what an answer may cost. */
    QueryLimits limits() {
        return limits;
    }

    /** Opens rows. */
    @FunctionalInterface
    interface Source {
        /** Opens them. */
        RowCursor open();
    }

    /**
     * Sends rows one by one.
     *
     * @throws HttpResponseException with status 503 if as many answers as may are being made
     */
    void send(Context context, AnswerFormat format, Source source) throws IOException {
        places.enter(context);
        try (ClientWatch watch = ClientWatch.over(context, clock)) {
            sendRows(context, format, source, watch);
        } finally {
            places.leave();
        }
    }

    /** Sends the rows of a statement as a Parquet file; throws as {@link #send}. */
    void sendParquet(Context context, GuardedQuery query) throws IOException {
        places.enter(context);
        try (ClientWatch watch = ClientWatch.over(context, clock)) {
            sendFile(context, query, watch);
        } finally {
            places.leave();
        }
    }

    private void sendRows(Context context, AnswerFormat format, Source source, ClientWatch watch) throws IOException {
        AnswerStream answer = stream(context, format, watch);
        try (RowCursor result = source.open()) {
            tellSnapshot(context, result.snapshotId());
            RowFormat rows = RowFormat.of(format, answer);
            rows.begin(result);
            rows.end(rows.rows(result, this::checkRows));
            answer.complete();
        } catch (DuckLakeException | HttpResponseException | IOException | JacksonIOException e) {
            if (!answer.hasBegun()) {
                closeAfterwards(context, watch);
                throw e;
            }
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an answer breaks off");
            ClientWatch.cut(context);
        }
    }

    private AnswerStream stream(Context context, AnswerFormat format, ClientWatch watch) {
        return new AnswerStream(context, clock, patience, limits.maxBytes(), () -> head(context, format, watch));
    }

    private static void tellSnapshot(Context context, long snapshotId) {
        context.header(SNAPSHOT, Long.toString(snapshotId));
        RequestLog.snapshot(context, snapshotId);
    }

    private void checkRows(long rows) {
        if (rows > limits.maxRows()) {
            throw new HttpResponseException(
                    422, "the answer has more than " + limits.maxRows() + " rows: send a limit, or ask for less");
        }
    }

    private static void head(Context context, AnswerFormat format, ClientWatch watch) {
        context.status(200);
        context.res().setContentType(format.contentType());
        closeAfterwards(context, watch);
    }

    private static void closeAfterwards(Context context, ClientWatch watch) {
        if (watch.end()) {
            context.header("Connection", "close");
        }
    }

    /** In a directory of its own, which only this process's user can look into: the engine does not protect files. */
    private void sendFile(Context context, GuardedQuery query, ClientWatch watch) throws IOException {
        Files.createDirectories(spoolDirectory);
        Path directory = Files.createTempDirectory(spoolDirectory, "datlake-answer-");
        Path file = directory.resolve("rows.parquet");
        try {
            GuardedQuery.Written written = query.writeParquet(file);
            checkRows(written.rows());
            long size = Files.size(file);
            if (size > limits.maxBytes()) {
                throw new HttpResponseException(
                        422,
                        "the answer is larger than " + limits.maxBytes() + " bytes: send a limit, or ask for less");
            }
            tellSnapshot(context, written.snapshotId());
            AnswerStream answer = stream(context, AnswerFormat.PARQUET, watch);
            answer.length(size);
            Files.copy(file, answer);
            answer.complete();
        } catch (DuckLakeException | HttpResponseException e) {
            closeAfterwards(context, watch);
            throw e;
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }
}
