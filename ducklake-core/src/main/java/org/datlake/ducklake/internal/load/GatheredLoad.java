package org.datlake.ducklake.internal.load;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadResult;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.staging.StageType;
import org.datlake.ducklake.internal.staging.StagedRows;
import org.datlake.ducklake.internal.staging.TableShape;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Loads rows that are read here, on the caller's thread: gathers them in a temporary table, portion by portion, and
 * moves them in one go. They can be read only once, so a transaction that has to be repeated begins with what was
 * gathered. For one load.
 */
final class GatheredLoad {

    private static final String GATHERED = "datlake_gathered";
    private static final int PORTION_ROWS = 8192;
    private static final long PORTION_BYTES = 8L << 20;

    private final BulkLoads loads;
    private final LoadOptions options;
    private final Deadline deadline;

    GatheredLoad(BulkLoads loads, LoadOptions options, Deadline deadline) {
        this.loads = loads;
        this.options = options;
        this.deadline = deadline;
    }

    LoadResult run(RowSource source) {
        loads.checkOffset(options);
        LoadTarget target = target(source);
        List<Column> into = source.match(target, options.byPosition);
        TableShape shape = new TableShape(
                options.schema,
                options.table,
                into.stream()
                        .map(column -> new TableShape.Column(column.name(), column.type(), StageType.of(column.type())))
                        .toList());
        source.begin(shape);
        try (EngineConnection connection = loads.lake().connect(deadline)) {
            long rows = gather(connection, shape, into, source);
            Committed committed = commit(connection, shape, source, into);
            return new LoadResult(committed, committed.repeated() ? OptionalLong.empty() : OptionalLong.of(rows));
        } catch (EngineFailure e) {
            throw e.toException();
        }
    }

    private LoadTarget target(RowSource source) {
        String name = LoadTarget.name(loads.alias(), options);
        Statements lake = loads.queries(deadline.remaining());
        boolean missing = options.createTable && !LoadTarget.exists(lake, loads.alias(), options.schema, options.table);
        return missing ? new LoadTarget(name, source.columns()) : LoadTarget.of(lake, name);
    }

    private long gather(EngineConnection connection, TableShape shape, List<Column> into, RowSource source)
            throws EngineFailure {
        connection.runPlain(shape.createStage(GATHERED), deadline);
        ProgressReports progress = new ProgressReports(options.progress, OptionalLong.empty());
        StagedRows portion = new StagedRows(shape.columns(), PORTION_ROWS);
        long rows = 0;
        @Nullable Object[] row = source.next(1);
        while (row != null) {
            rows++;
            add(portion, into, row, rows);
            if (portion.size() == PORTION_ROWS || portion.bytes() >= PORTION_BYTES) {
                append(connection, portion);
                portion = new StagedRows(shape.columns(), PORTION_ROWS);
                progress.report(rows, 0);
            }
            row = source.next(rows + 1);
        }
        append(connection, portion);
        progress.end(rows, 0);
        return rows;
    }

    private static void add(StagedRows portion, List<Column> into, @Nullable Object[] row, long number) {
        if (row.length != into.size()) {
            throw new LoadException(
                    SourceFile.place(null, 0, number, null),
                    "the row has " + row.length + " values, the table takes " + into.size(),
                    "22023",
                    null);
        }
        for (int i = 0; i < row.length; i++) {
            Column column = into.get(i);
            if (row[i] == null && !column.nullable()) {
                throw wrong(number, column, SourceScan.Wrong.NULL.reason(), "23502");
            }
            try {
                portion.add(i, row[i]);
            } catch (IllegalArgumentException e) {
                throw wrong(number, column, String.valueOf(e.getMessage()), "22000");
            }
        }
        portion.endRow();
    }

    private static LoadException wrong(long row, Column column, String why, String sqlState) {
        return new LoadException(SourceFile.place(null, 0, row, column.name()), why, sqlState, null);
    }

    private void append(EngineConnection connection, StagedRows portion) throws EngineFailure {
        if (portion.size() == 0) {
            return;
        }
        connection.call(deadline, () -> {
            try (DuckDBAppender appender = connection.session().connection().createAppender("temp", "main", GATHERED)) {
                portion.appendTo(appender);
            }
            return true;
        });
    }

    private Committed commit(EngineConnection connection, TableShape shape, RowSource source, List<Column> into) {
        try {
            return loads.commit(
                    options, deadline.remaining(), connection, transaction -> move(transaction, shape, source));
        } catch (DuckLakeException e) {
            throw GatheredRows.explained(loads, connection, deadline, e, scan(into));
        }
    }

    private void move(Transaction transaction, TableShape shape, RowSource source) {
        LoadTarget.prepared(transaction, loads.alias(), options, source::columns);
        transaction.execute(shape.insertFrom(loads.alias(), GATHERED));
    }

    private static SourceScan scan(List<Column> into) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < into.size(); i++) {
            names.add("c" + i);
        }
        return new SourceScan("temp.main." + GATHERED, names, into, false);
    }
}
