package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.RowBatch;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.result.Block;
import org.datlake.ducklake.internal.result.BlockRow;
import org.datlake.ducklake.internal.result.BlockRows;
import org.datlake.ducklake.internal.result.ColumnType;
import org.datlake.ducklake.internal.result.RowBlocks;
import org.jspecify.annotations.Nullable;

/** Reads a result row by row on the caller's thread, and tells listeners how it ended. Not thread-safe. */
final class ResultReader<T> implements AutoCloseable {

    private final LakeRuntime lake;
    private final Duration timeout;
    private final Deadline started;
    private final Observed observed;
    private final RowBlocks result;
    private final BlockRow row;
    private final Function<BlockRow, T> mapper;
    private @Nullable Block block;
    private int next;
    private boolean finished;

    private ResultReader(
            LakeRuntime lake,
            RowBlocks result,
            RowMapping<T> mapping,
            Duration timeout,
            Deadline started,
            Observed observed) {
        this.lake = lake;
        this.started = started;
        this.observed = observed;
        this.result = result;
        this.timeout = timeout;
        this.row = new BlockRow(result.columns());
        this.mapper = mapping.bind(result.columns());
    }

    /** Runs the query. */
    static <T> ResultReader<T> open(LakeRuntime lake, RowStatement statement, RowMapping<T> mapping, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        RowBlocks result;
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            throw e.toException();
        }
        Observed observed = lake.observers()
                .begin(DuckLakeEvent.Operation.QUERY, statement.sql(), statement.parameters(), statement);
        try {
            result = statement.open(deadline);
            observed.reads(statement.snapshot());
        } catch (EngineFailure e) {
            lake.inFlight().exit();
            lake.finished(DuckLakeEvent.Operation.QUERY, deadline.elapsed(), e);
            observed.end(e);
            throw e.toException();
        } catch (RuntimeException e) {
            lake.inFlight().exit();
            observed.end(e);
            throw e;
        }
        try {
            return new ResultReader<>(lake, result, mapping, timeout, deadline, observed);
        } catch (DuckLakeException e) {
            // The caller's class does not match the columns.
            result.close();
            lake.inFlight().exit();
            lake.finished(DuckLakeEvent.Operation.QUERY, deadline.elapsed(), Optional.of(e.errorType()));
            observed.end(e);
            throw e;
        }
    }

    /** Returns the columns. */
    List<ColumnType> columns() {
        return result.columns();
    }

    /** Moves to the next row; says no at the end. */
    boolean advance() {
        return advance(timeout);
    }

    /** Moves to the next row; says no at the end. Waits no longer than this for it. */
    boolean advance(Duration patience) {
        Block present = unread(patience);
        if (present == null) {
            return false;
        }
        row.moveTo(present, next++);
        return true;
    }

    /** Moves past the next rows, so many at most, that lie in one block; returns null at the end. */
    @Nullable RowBatch advance(long most, Duration patience) {
        Block present = unread(patience);
        if (present == null) {
            return null;
        }
        BlockRows rows = new BlockRows(present, next, (int) Math.min(most, present.rows() - next));
        next += rows.size();
        return rows;
    }

    /** Returns the block that the next row is in; null at the end. */
    private @Nullable Block unread(Duration patience) {
        if (finished) {
            return null;
        }
        while (block == null || next >= block.rows()) {
            block = fetch(patience);
            next = 0;
            if (block == null) {
                finish(null);
                return null;
            }
        }
        return block;
    }

    private @Nullable Block fetch(Duration patience) {
        try {
            return result.next(patience);
        } catch (EngineFailure e) {
            finish(e);
            throw e.toException();
        }
    }

    /** Returns what the row becomes. */
    T current() {
        return mapper.apply(row);
    }

    private void finish(@Nullable EngineFailure failure) {
        if (!finished) {
            finished = true;
            lake.inFlight().exit();
            lake.finished(DuckLakeEvent.Operation.QUERY, started.elapsed(), failure);
            observed.end(failure);
        }
    }

    @Override
    public void close() {
        result.close();
        finish(null);
    }
}
