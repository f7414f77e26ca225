package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.result.Block;
import org.datlake.ducklake.internal.result.ColumnType;
import org.datlake.ducklake.internal.result.ResultCursor;
import org.datlake.ducklake.internal.result.RowBlocks;
import org.jspecify.annotations.Nullable;

/**
 * A result that a caller reads block by block, while a worker already fetches the next ones. Not thread-safe.
 */
public final class OpenResult implements RowBlocks {

    private final Engine engine;
    private final Workers workers;
    private final Session session;
    private final ResultCursor cursor;
    private final Ending ending;
    private Lease lease;
    private final Deque<Block> fetched = new ArrayDeque<>();
    private final ReadAhead ahead;
    private boolean ended;
    private boolean healthy;

    private OpenResult(
            Engine engine, Workers workers, Session session, ResultCursor cursor, Ending ending, Lease lease) {
        this.engine = engine;
        this.workers = workers;
        this.session = session;
        this.cursor = cursor;
        this.ending = ending;
        this.lease = lease;
        this.ahead = new ReadAhead(workers, session, cursor, ending);
    }

    /**
     * Takes over an open cursor and its first block.
     *
     * @param lease is told when the session is free again
     */
    public static OpenResult of(Engine engine, Workers workers, Session session, Started started, Lease lease) {
        OpenResult result = new OpenResult(engine, workers, session, started.cursor(), started.ending(), lease);
        result.accept(started.first());
        return result;
    }

    /**
     * Fetches the first rows. For workers.
     *
     * @param ending what is done on the worker when all rows have been fetched, or the result is closed
     */
    public static Started start(ResultCursor cursor, Ending ending) throws SQLException {
        return new Started(cursor, ReadAhead.fetch(cursor, ending), ending);
    }

    private void accept(Fetched part) {
        if (part.block() != null) {
            fetched.add(part.block());
        }
        if (part.end()) {
            end(true);
        }
    }

    private void end(boolean well) {
        if (!ended) {
            ended = true;
            healthy = well;
            lease.done(well);
        }
    }

    /** Has something told, too, that all rows have been fetched, or that the result is closed. */
    public OpenResult whenDone(Lease further) {
        if (ended) {
            further.done(healthy);
        } else {
            Lease before = lease;
            lease = well -> {
                before.done(well);
                further.done(well);
            };
        }
        return this;
    }

    @Override
    public List<ColumnType> columns() {
        return cursor.columns();
    }

    @Override
    public @Nullable Block next(Duration timeout) throws EngineFailure {
        if (fetched.isEmpty() && !ended) {
            accept(await(timeout));
        }
        Block block = fetched.poll();
        if (block != null && fetched.isEmpty() && !ended) {
            ahead.start();
        }
        return block;
    }

    private Fetched await(Duration timeout) throws EngineFailure {
        if (timeout.isZero() || timeout.isNegative()) {
            // Rows that were fetched ahead do not extend a deadline.
            close();
            throw new EngineFailure(EngineFault.timeout("not all rows were read within the deadline"));
        }
        try {
            return ahead.next(Deadline.after(timeout));
        } catch (EngineFailure e) {
            engine.report(session.instance(), e.fault());
            end(false);
            throw e;
        }
    }

    /**
     * Reads the rest into memory, so that the session is free for another statement while this result is read on.
     *
     * @param mostRows how many rows are held at most
     */
    void buffer(Duration timeout, int mostRows) throws EngineFailure {
        int held = fetched.stream().mapToInt(Block::rows).sum();
        while (!ended) {
            if (held > mostRows) {
                throw new EngineFailure(EngineFault.wrongUse(
                        "24000",
                        "a result of more than " + mostRows
                                + " rows is still being read on this connection: read it to "
                                + "its end or close it first, or use a second connection"));
            }
            Fetched part = await(timeout);
            accept(part);
            held += part.block() == null ? 0 : part.block().rows();
        }
    }

    /** Says whether all rows have been fetched, so that the session is free. */
    boolean isFetched() {
        return ended;
    }

    /** Ends the result; what is still being fetched is cancelled. */
    @Override
    public void close() {
        fetched.clear();
        if (ended) {
            return;
        }
        try {
            // A fetch that is under way is mostly short, and the session can be kept.
            if (ahead.stop(Deadline.after(Duration.ofMillis(200)))) {
                end(true);
            } else {
                closeOnWorker();
            }
        } catch (EngineFailure e) {
            end(false);
        }
    }

    private void closeOnWorker() {
        try {
            workers.run(session, Deadline.after(Duration.ofSeconds(1)), () -> {
                cursor.close();
                ending.run();
                return true;
            });
            end(true);
        } catch (EngineFailure e) {
            end(false);
        }
    }

    /** What is to be done on the worker when a result has ended, in the same visit. */
    @FunctionalInterface
    public interface Ending {
        /** Does it. */
        void run() throws SQLException;
    }

    /** Is told when a session is free again. */
    @FunctionalInterface
    public interface Lease {
        /** The session may be used again, or, when it is not healthy, only be released. */
        void done(boolean healthy);
    }

    /**
     * Rows that were fetched.
     *
     * @param block the rows, or null when there were none
     * @param end whether there are no more
     */
    public record Fetched(@Nullable Block block, boolean end) {}

    /**
     * A result that was started.
     *
     * @param cursor the cursor
     * @param first its first rows
     * @param ending what is done when it has ended
     */
    public record Started(ResultCursor cursor, Fetched first, Ending ending) {}
}
