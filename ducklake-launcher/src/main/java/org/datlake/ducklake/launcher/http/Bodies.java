package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the bodies of requests, and decodes those that come compressed. No thread waits for a client that is slow, and
 * neither memory nor disk is taken beyond what all bodies together may have. Thread-safe.
 */
final class Bodies {

    private static final Logger LOG = LoggerFactory.getLogger(Bodies.class);
    private static final int BUFFER = 16 * 1024;

    private final BodyRoom room;

    Bodies(BodyRoom room) {
        this.room = room;
    }

    /** What is done with a body. */
    @FunctionalInterface
    interface Use {
        /**
         * Begins. Runs on one of the server's threads, and may hold it.
         *
         * @param body complete; closed when the stage is done
         */
        CompletionStage<?> with(BodySpool body) throws Exception;
    }

    /**
     * Reads the body of a request and then uses it, after this call has returned where the body has not arrived yet.
     *
     * @param mostInMemory up to how many bytes are kept in memory
     * @param most how many bytes there may be, before and after decoding
     * @throws HttpResponseException with status 413 if the body is announced as far too large, and 415 if it is encoded in a
     *     way that is not taken; what is found later is answered in the same way
     */
    void read(Context context, int mostInMemory, long most, Use use) throws IOException {
        boolean compressed = isCompressed(context);
        boolean tooLarge = context.req().getContentLengthLong() > most;
        if (tooLarge && SlowBody.needNotCome(context.req())) {
            throw BodySpool.tooLarge(most);
        }
        Task task = new Task(new BodySpool(room, mostInMemory, most), compressed, use);
        SlowBody slow = new SlowBody(context.req(), task.body);
        if (tooLarge) {
            slow.throwAway(BodySpool.tooLarge(most));
        }
        try {
            if (slow.hasArrived(BUFFER)) {
                CompletableFuture<?> done = task.run();
                context.future(() -> done);
                return;
            }
        } catch (IOException | RuntimeException e) {
            task.close();
            throw e;
        }
        Executor threads = threads(context);
        RequestThread.leave(context);
        context.future(() -> slow.read(BUFFER)
                .whenComplete((arrived, failure) -> {
                    if (failure != null) {
                        task.close();
                    }
                })
                .thenComposeAsync(arrived -> begin(context, task), threads));
    }

    private static CompletableFuture<?> begin(Context context, Task task) {
        try {
            return RequestThread.within(context, task::run);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns the threads that serve requests. */
    static Executor threads(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnector()
                .getExecutor();
    }

    /** Returns what the body of a request is said to be, in lower case and without parameters; empty if nothing is said. */
    static String mediaType(Context context) {
        String type = context.contentType();
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isCompressed(Context context) {
        String encoding = context.header("Content-Encoding");
        if (encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity")) {
            return false;
        }
        String name = encoding.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("gzip") && !name.equals("x-gzip")) {
            // RFC 9110, section 15.5.16: what would be taken.
            context.header("Accept-Encoding", "gzip");
            throw new HttpResponseException(415, "a body comes as it is, or with the Content-Encoding gzip");
        }
        return true;
    }

    /** A body and what is done with it. */
    private static final class Task {

        private final boolean compressed;
        private final Use use;
        private BodySpool body;

        Task(BodySpool body, boolean compressed, Use use) {
            this.body = body;
            this.compressed = compressed;
            this.use = use;
        }

        CompletableFuture<?> run() {
            try {
                if (compressed) {
                    decode();
                }
                return use.with(body).whenComplete((done, failure) -> close()).toCompletableFuture();
            } catch (Exception e) {
                close();
                return CompletableFuture.failedFuture(e);
            }
        }

        /** However small it came, there may be any number of bytes in it: they are counted as they appear. */
        private void decode() throws IOException {
            BodySpool decoded = body.another();
            try (InputStream in = new GZIPInputStream(body.open(), BUFFER)) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    decoded.append(buffer, n);
                }
            } catch (ZipException | EOFException e) {
                decoded.close();
                throw new HttpResponseException(400, "the body is not what its Content-Encoding says: gzip");
            } catch (IOException | RuntimeException e) {
                decoded.close();
                throw e;
            }
            body.close();
            body = decoded;
        }

        void close() {
            try {
                body.close();
            } catch (IOException e) {
                LOG.warn("the file of a body was not deleted: {}", e.getMessage());
            }
        }
    }
}
