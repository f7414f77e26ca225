package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowMapper;
import org.datlake.ducklake.internal.engine.LakeRuntime;

/** A query that runs its statement for each call. */
final class DefaultQuery<T> implements Query<T> {

    private final LakeRuntime lake;
    private final RowStatement statement;
    private final RowMapping<T> mapping;
    private final Duration timeout;

    private DefaultQuery(LakeRuntime lake, RowStatement statement, RowMapping<T> mapping, Duration timeout) {
        this.lake = lake;
        this.statement = statement;
        this.mapping = mapping;
        this.timeout = timeout;
    }

    static Query<Row> of(LakeRuntime lake, RowStatement statement) {
        return new DefaultQuery<>(
                lake, statement, RowMapping.rows(), lake.settings().operationTimeout());
    }

    @Override
    public <U> Query<U> as(Class<U> type) {
        return new DefaultQuery<>(lake, statement, RowMapping.as(type), timeout);
    }

    @Override
    public <U> Query<U> map(RowMapper<U> mapper) {
        return new DefaultQuery<>(lake, statement, RowMapping.by(mapper), timeout);
    }

    @Override
    public Query<T> timeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, was " + value);
        }
        return new DefaultQuery<>(lake, statement, mapping, value);
    }

    private ResultReader<T> read() {
        return ResultReader.open(lake, statement, mapping, timeout);
    }

    @Override
    public List<T> list() {
        List<T> all = new ArrayList<>();
        forEach(all::add);
        return all;
    }

    @Override
    public T one() {
        try (ResultReader<T> reader = read()) {
            if (!reader.advance()) {
                throw new QueryException("the query returned no row, one was expected", "Usage", "02000", false, null);
            }
            T only = reader.current();
            if (reader.advance()) {
                throw new QueryException(
                        "the query returned more than one row, one was expected", "Usage", "21000", false, null);
            }
            return only;
        }
    }

    @Override
    public Optional<T> first() {
        try (ResultReader<T> reader = read()) {
            return reader.advance() ? Optional.of(reader.current()) : Optional.empty();
        }
    }

    @Override
    public void forEach(Consumer<? super T> action) {
        try (ResultReader<T> reader = read()) {
            while (reader.advance()) {
                action.accept(reader.current());
            }
        }
    }

    @Override
    public Stream<T> stream() {
        ResultReader<T> reader = read();
        Spliterator<T> rows =
                new Spliterators.AbstractSpliterator<>(
                        Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE) {
                    @Override
                    public boolean tryAdvance(Consumer<? super T> action) {
                        if (!reader.advance()) {
                            return false;
                        }
                        action.accept(reader.current());
                        return true;
                    }
                };
        return StreamSupport.stream(rows, false).onClose(reader::close);
    }
}
