package org.datlake.ducklake.internal.load;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadResult;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.jspecify.annotations.Nullable;

/** Loads an Arrow stream, which can be read only once and so is gathered first. For one load. */
final class ArrowLoad {

    private static final String STREAM = "datlake_arrow";
    private static final String GATHERED = "temp.main.datlake_gathered";
    private static final String STREAM_CLASS = "org.apache.arrow.c.ArrowArrayStream";

    private final BulkLoads loads;
    private final LoadOptions options;
    private final Deadline deadline;

    ArrowLoad(BulkLoads loads, LoadOptions options, Deadline deadline) {
        this.loads = loads;
        this.options = options;
        this.deadline = deadline;
    }

    LoadResult run(Object stream) {
        if (!stream.getClass().getName().equals(STREAM_CLASS)) {
            throw new IllegalArgumentException("expected an " + STREAM_CLASS + ", got a "
                    + stream.getClass().getName());
        }
        loads.checkOffset(options);
        try (EngineConnection connection = loads.lake().connect(deadline)) {
            connection.call(deadline, () -> gather(connection.session(), stream));
            AtomicReference<@Nullable SourceScan> scan = new AtomicReference<>();
            long[] rows = new long[1];
            Committed committed;
            try {
                committed = loads.commit(
                        options, deadline.remaining(), connection, transaction -> rows[0] = move(transaction, scan));
            } catch (DuckLakeException e) {
                SourceScan tried = scan.get();
                throw tried == null ? e : GatheredRows.explained(loads, connection, deadline, e, tried);
            }
            return new LoadResult(committed, committed.repeated() ? OptionalLong.empty() : OptionalLong.of(rows[0]));
        } catch (EngineFailure e) {
            throw e.toException();
        }
    }

    private static boolean gather(Session session, Object stream) throws java.sql.SQLException {
        session.place();
        session.connection().registerArrowStream(STREAM, stream);
        session.run("CREATE OR REPLACE TEMP TABLE datlake_gathered AS SELECT * FROM " + STREAM);
        session.run("DROP VIEW " + STREAM);
        return true;
    }

    private long move(Transaction transaction, AtomicReference<@Nullable SourceScan> scan) {
        List<Column> columns = LoadTarget.described(transaction::query, GATHERED);
        LoadTarget target = LoadTarget.prepared(transaction, loads.alias(), options, () -> columns);
        List<String> names = columns.stream().map(Column::name).toList();
        SourceScan ready = new SourceScan(GATHERED, names, target.match(names, options.byPosition), false);
        scan.set(ready);
        long rows = transaction.execute(ready.insert(target));
        new ProgressReports(options.progress, OptionalLong.empty()).end(rows, 0);
        return rows;
    }
}
