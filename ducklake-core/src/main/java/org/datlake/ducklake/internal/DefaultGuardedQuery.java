package org.datlake.ducklake.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowCursor;
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
    public RowCursor open() {
        Deadline deadline = Deadline.after(timeout);
        GuardedReads.Opening opening = reads.opening(sql, parameters, moment, limit);
        ResultReader<Row> reader = reads.read(opening, timeout);
        return new ReaderCursor(reader, deadline, opening.read(), limit.orElse(Long.MAX_VALUE));
    }

    @Override
    public Written writeParquet(Path file) {
        return reads.copy(sql, parameters, moment, limit, file, Deadline.after(timeout));
    }
}
