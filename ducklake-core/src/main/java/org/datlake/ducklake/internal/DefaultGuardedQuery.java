package org.datlake.ducklake.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.GuardedResult;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.guard.Moment;
import org.jspecify.annotations.Nullable;

/** A guarded statement with what its caller wants of it. */
final class DefaultGuardedQuery implements GuardedQuery {

    private final GuardedReads reads;
    private final String sql;
    private final @Nullable Object[] parameters;
    private final Moment moment;
    private final OptionalLong limit;
    private final Duration timeout;

    private DefaultGuardedQuery(
            GuardedReads reads,
            String sql,
            @Nullable Object[] parameters,
            Moment moment,
            OptionalLong limit,
            Duration timeout) {
        this.reads = reads;
        this.sql = sql;
        this.parameters = parameters;
        this.moment = moment;
        this.limit = limit;
        this.timeout = timeout;
    }

    static GuardedQuery of(GuardedReads reads, String sql, @Nullable Object[] parameters, Duration timeout) {
        return new DefaultGuardedQuery(
                reads,
                Objects.requireNonNull(sql, "sql"),
                parameters.clone(),
                Moment.NEWEST,
                OptionalLong.empty(),
                timeout);
    }

    @Override
    public GuardedQuery at(long snapshotId) {
        return new DefaultGuardedQuery(reads, sql, parameters, new Moment(snapshotId, null), limit, timeout);
    }

    @Override
    public GuardedQuery at(Instant time) {
        Moment at = new Moment(null, Objects.requireNonNull(time, "time"));
        return new DefaultGuardedQuery(reads, sql, parameters, at, limit, timeout);
    }

    @Override
    public GuardedQuery limit(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a limit must not be negative, was " + rows);
        }
        return new DefaultGuardedQuery(reads, sql, parameters, moment, OptionalLong.of(rows), timeout);
    }

    @Override
    public GuardedQuery timeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, was " + value);
        }
        return new DefaultGuardedQuery(reads, sql, parameters, moment, limit, value);
    }

    @Override
    public GuardedResult open() {
        Deadline deadline = Deadline.after(timeout);
        GuardedReads.Opening opening = reads.opening(sql, parameters, moment, limit);
        ResultReader<Row> reader = reads.read(opening, timeout);
        return new Result(reader, deadline, opening.snapshot(), limit.orElse(Long.MAX_VALUE));
    }

    @Override
    public Written writeParquet(Path file) {
        return reads.copy(sql, parameters, moment, limit, file, Deadline.after(timeout));
    }

    /** A result that ends at a deadline and after a number of rows. */
    private static final class Result implements GuardedResult {

        private final ResultReader<Row> reader;
        private final Deadline deadline;
        private final long snapshot;
        private final List<Column> columns;
        private long left;

        Result(ResultReader<Row> reader, Deadline deadline, long snapshot, long limit) {
            this.reader = reader;
            this.deadline = deadline;
            this.snapshot = snapshot;
            this.left = limit;
            this.columns = reader.columns().stream()
                    .map(column -> new Column(column.name(), column.sqlType()))
                    .toList();
        }

        @Override
        public List<Column> columns() {
            return columns;
        }

        @Override
        public long snapshotId() {
            return snapshot;
        }

        @Override
        public boolean next() {
            if (left == 0) {
                reader.close();
                return false;
            }
            left--;
            return reader.advance(deadline.remaining());
        }

        @Override
        public Row row() {
            return reader.current();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
