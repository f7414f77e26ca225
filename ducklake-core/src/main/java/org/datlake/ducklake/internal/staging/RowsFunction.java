package org.datlake.ducklake.internal.staging;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;

/**
 * A table function of one DuckDB instance that returns rows of Java: the engine fetches them while it inserts, so that
 * they need not be copied into a table of its own first. Thread-safe.
 */
public final class RowsFunction {

    private static final String NAME = "datlake_rows";

    /** Fewer rows than this are not worth a second thread of the engine. */
    private static final int ROWS_FOR_A_THREAD = 32_768;

    private final SecureRandom random = new SecureRandom();
    private final Map<Long, HandedRows> handed = new ConcurrentHashMap<>();

    private RowsFunction() {}

    /** Registers it for all connections of an instance. */
    public static RowsFunction register(DuckDBConnection connection) throws SQLException {
        RowsFunction rows = new RowsFunction();
        try (DuckDBTableFunctionBuilder function = DuckDBFunctions.tableFunction()) {
            function.withName(NAME)
                    .withParameter(Long.class)
                    .withFunction(rows.new Callbacks())
                    .register(connection);
        }
        return rows;
    }

    /** Makes rows of one table available until what is returned is closed. */
    public Handed hand(TableShape shape, List<StagedRows> parts) {
        long key = random.nextLong();
        handed.put(key, new HandedRows(shape.columns(), parts));
        return new Handed(key);
    }

    /** Rows that a statement can read, at a place that nobody else can guess. */
    public final class Handed implements AutoCloseable {

        private final long key;

        private Handed(long key) {
            this.key = key;
        }

        /** Returns what a statement has to have in its FROM clause. */
        public String source() {
            return "system.main." + NAME + "(" + key + ")";
        }

        @Override
        public void close() {
            handed.remove(key);
        }
    }

    /** What the engine calls, from its own threads. */
    private final class Callbacks implements DuckDBTableFunction<HandedRows, AtomicInteger, Object> {

        @Override
        public HandedRows bind(DuckDBTableFunctionBindInfo info) {
            HandedRows rows = handed.get(info.getParameter(0).getLong());
            if (rows == null) {
                throw new IllegalArgumentException("there are no such rows");
            }
            int number = 0;
            for (TableShape.Column column : rows.columns()) {
                info.addResultColumn("c" + number++, column.stage().handedAs());
            }
            info.setCardinality(rows.size(), true);
            return rows;
        }

        @Override
        public AtomicInteger init(DuckDBTableFunctionInitInfo info) {
            HandedRows rows = info.getBindData();
            info.setMaxThreads(1 + rows.size() / ROWS_FOR_A_THREAD);
            return new AtomicInteger();
        }

        @Override
        public Object localInit(DuckDBTableFunctionInitInfo info) {
            return this;
        }

        @Override
        public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter chunk) {
            HandedRows rows = info.getBindData();
            AtomicInteger next = info.getInitData();
            int capacity = Math.toIntExact(chunk.capacity());
            int from = next.getAndAdd(capacity);
            return from >= rows.size() ? 0 : rows.write(chunk, from, Math.min(capacity, rows.size() - from));
        }
    }
}
