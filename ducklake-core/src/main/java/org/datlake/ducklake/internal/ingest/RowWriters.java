package org.datlake.ducklake.internal.ingest;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.MultiTableWriter;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.Observers;
import org.datlake.ducklake.internal.ingest.DefaultMultiTableWriter.Target;
import org.datlake.ducklake.internal.sql.SqlText;
import org.datlake.ducklake.internal.staging.TableShape;

/** The writers of a client that are open. Thread-safe. */
public final class RowWriters {

    private final String alias;
    private final Observers observers;
    private final Function<String, Query<Row>> query;
    private final Function<RowWriterOptions, GroupCommitter> committers;
    private final Set<BatchQueue> open = ConcurrentHashMap.newKeySet();

    /**
     * Makes none yet.
     *
     * @param observers are told of each batch
     * @param query prepares a statement without parameters
     * @param committers makes what commits for a writer
     */
    public RowWriters(
            String alias,
            Observers observers,
            Function<String, Query<Row>> query,
            Function<RowWriterOptions, GroupCommitter> committers) {
        this.alias = alias;
        this.observers = observers;
        this.query = query;
        this.committers = committers;
    }

    /** Opens a writer for one table. */
    public RowWriter open(String schema, String table, RowWriterOptions options) {
        TableShape shape = look(new Target(schema, table, options.columns()));
        return new DefaultRowWriter(shape, queue(options, () -> observers.begin(Operation.WRITE, schema, table)));
    }

    /** Opens a writer for several tables. */
    public MultiTableWriter openForSeveral(RowWriterOptions options) {
        return new DefaultMultiTableWriter(this::look, queue(options, () -> observers.begin(Operation.WRITE)));
    }

    private BatchQueue queue(RowWriterOptions options, Supplier<Observed> observe) {
        BatchQueue queue = new BatchQueue(committers.apply(options), observe, open::remove);
        open.add(queue);
        return queue;
    }

    private TableShape look(Target target) {
        Query<Row> columns = query.apply("SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = "
                + SqlText.literal(alias) + " AND schema_name = " + SqlText.literal(target.schema())
                + " AND table_name = " + SqlText.literal(target.table()) + " ORDER BY column_index");
        return TableShape.of(target.schema(), target.table(), columns, target.columns());
    }

    /** Closes all of them by the deadline. */
    public void close(Supplier<Duration> remaining) {
        open.forEach(queue -> queue.close(remaining.get()));
    }
}
