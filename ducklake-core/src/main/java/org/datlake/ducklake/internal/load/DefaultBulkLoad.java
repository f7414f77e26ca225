package org.datlake.ducklake.internal.load;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.datlake.ducklake.BulkLoad;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.LoadProgress;
import org.datlake.ducklake.LoadResult;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.jspecify.annotations.Nullable;

/** Collects how a load is to be done. */
final class DefaultBulkLoad implements BulkLoad {

    private final BulkLoads loads;
    private final LoadOptions options;

    DefaultBulkLoad(BulkLoads loads, LoadOptions options) {
        this.loads = loads;
        this.options = options;
    }

    private BulkLoad with(Consumer<LoadOptions> change) {
        return new DefaultBulkLoad(loads, options.with(change));
    }

    @Override
    public BulkLoad createTable() {
        return with(changed -> changed.createTable = true);
    }

    @Override
    public BulkLoad replace() {
        return with(changed -> changed.replace = true);
    }

    @Override
    public BulkLoad byPosition(String... columns) {
        List<String> names = List.of(columns);
        return with(changed -> changed.byPosition = names);
    }

    @Override
    public BulkLoad idempotencyKey(String key) {
        require(!key.isEmpty(), "idempotencyKey must not be empty");
        require(options.step == null, "a load has an idempotency key or an offset, not both");
        return with(changed -> changed.idempotencyKey = key);
    }

    @Override
    public BulkLoad offset(String source, @Nullable String expected, String next) {
        require(!source.isEmpty() && !next.isEmpty(), "source and offset must not be empty");
        require(!next.equals(expected), "the offset must move");
        require(options.idempotencyKey == null, "a load has an idempotency key or an offset, not both");
        require(
                SpoiledTexts.problem(source) == null && SpoiledTexts.problem(next) == null,
                "source and offset must be texts that DuckLake keeps");
        return with(changed -> changed.step = new OffsetStep(source, expected, next));
    }

    @Override
    public BulkLoad timeout(Duration timeout) {
        require(!timeout.isNegative() && !timeout.isZero(), "timeout must be positive, was " + timeout);
        return with(changed -> changed.timeout = timeout);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfigurationException(otherwise);
        }
    }

    @Override
    public BulkLoad progress(Consumer<LoadProgress> listener) {
        Objects.requireNonNull(listener, "listener");
        return with(changed -> changed.progress = listener);
    }

    @Override
    public BulkLoad describe(String author, String message) {
        return with(changed -> {
            changed.author = author;
            changed.message = message;
        });
    }

    @Override
    public LoadResult fromFiles(Path... files) {
        return observed(() -> new FileLoad(loads, options).run(SourceFile.of(null, files)));
    }

    @Override
    public LoadResult fromFiles(LoadFormat format, Path... files) {
        return observed(() -> new FileLoad(loads, options).run(SourceFile.of(format, files)));
    }

    @Override
    public LoadResult fromPattern(String pattern) {
        return observed(
                () -> new FileLoad(loads, options).run(SourceFile.matching(loads.queries(options.timeout), pattern)));
    }

    @Override
    public LoadResult fromResultSet(ResultSet rows) {
        return observed(() -> gathered().run(JdbcRows.of(rows)));
    }

    @Override
    public LoadResult fromRows(Iterator<? extends @Nullable Object[]> rows) {
        return observed(() -> gathered().run(new PlainRows(rows)));
    }

    @Override
    public <R extends Record> LoadResult fromRecords(Class<R> type, Iterator<? extends R> records) {
        return observed(() -> gathered().run(new RecordSource<>(type, records)));
    }

    private GatheredLoad gathered() {
        return new GatheredLoad(loads, options, Deadline.after(options.timeout));
    }

    @Override
    public LoadResult fromArrowStream(Object stream) {
        return observed(() -> new ArrowLoad(loads, options, Deadline.after(options.timeout)).run(stream));
    }

    /** The queries and the transaction that a load consists of belong to it. */
    private LoadResult observed(Supplier<LoadResult> load) {
        Observed observed = loads.lake().observers().begin(DuckLakeEvent.Operation.LOAD, options.schema, options.table);
        OperationObserver.Scope scope = observed.enter();
        RuntimeException failure = null;
        try {
            LoadResult result = load.get();
            observed.committed(result.committed());
            return result;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            scope.close();
            observed.end(failure);
        }
    }
}
