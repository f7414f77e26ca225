package org.datlake.ducklake.internal.engine;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.datlake.ducklake.internal.result.ChunkCursor;
import org.datlake.ducklake.internal.result.ColumnType;
import org.datlake.ducklake.internal.result.CopyCursor;
import org.datlake.ducklake.internal.result.ResultCursor;
import org.datlake.ducklake.internal.sql.SpoiledTexts;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/** A prepared statement on a session. All methods are for workers: each may wait for I/O. */
public final class EngineStatement implements AutoCloseable {

    private static final int BLOCK_ROWS = 2048;
    /** A visit to a worker costs as much as to decode some hundred rows. */
    private static final int STREAMED_BLOCK_ROWS = 32 * 1024;

    private static final long BLOCK_BYTES = 1 << 20;
    private static final long BLOCK_PATIENCE_NANOS = 10_000_000;
    private static final int MOST_REPETITIONS = 3;

    /** Where a query stands in a statement, a text in it may just as well be one to compare with. */
    private static final Pattern SELECT = Pattern.compile("\\bselect\\b", Pattern.CASE_INSENSITIVE);

    private final Session session;
    private final DuckDBPreparedStatement statement;
    private ResultSetMetaData meta;
    private boolean readOnly;
    private final boolean writesTexts;
    private int @Nullable [] typesBefore;

    private EngineStatement(Session session, DuckDBPreparedStatement statement, boolean writesTexts)
            throws SQLException {
        this.session = session;
        this.writesTexts = writesTexts;
        this.statement = statement;
        this.meta = statement.getMetaData();
    }

    /**
     * Prepares a statement.
     *
     * @throws SQLException also where it would write a text that DuckLake spoils
     */
    public static EngineStatement prepare(Session session, String sql) throws SQLException {
        boolean writesTexts = SpoiledTexts.canBeIn(sql);
        if (writesTexts && !SELECT.matcher(sql).find()) {
            refuseSpoiled(sql, "the statement");
        }
        return new EngineStatement(session, session.prepare(sql), writesTexts);
    }

    private static void refuseSpoiled(String text, String where) throws SQLException {
        String problem = SpoiledTexts.problem(text);
        if (problem != null) {
            throw new SQLException("Invalid Input Error: " + where + ": " + problem);
        }
    }

    /** Returns what the result looks like; when {@link #isShapeUnknown()}, only after it was run. */
    public ResultSetMetaData meta() {
        return meta;
    }

    /** Returns the driver's statement. */
    public DuckDBPreparedStatement driverStatement() {
        return statement;
    }

    /** Says whether it is a statement that returns rows, as far as its shape tells. */
    public boolean returnsRows() throws SQLException {
        return !mayChangeRows();
    }

    /**
     * Says whether DuckDB will know what the statement returns only when it knows its parameters. Such a statement may
     * write, too.
     */
    public boolean isShapeUnknown() throws SQLException {
        return meta.getColumnCount() == 1 && meta.getColumnTypeName(1).equals("UNKNOWN");
    }

    /** Makes sure that it cannot write, whatever it turns out to be, by a transaction that lasts until its close. */
    public void restrictToReading() throws SQLException {
        session.run("BEGIN TRANSACTION READ ONLY");
        readOnly = true;
    }

    /**
     * The driver keeps to itself whether a statement returns rows, a count, or nothing; the latter two look like one
     * column of these names.
     */
    private boolean mayChangeRows() throws SQLException {
        if (meta.getColumnCount() != 1) {
            return meta.getColumnCount() == 0;
        }
        String name = meta.getColumnName(1);
        String type = meta.getColumnTypeName(1);
        return (name.equals("Count") && type.equals("BIGINT")) || (name.equals("Success") && type.equals("BOOLEAN"));
    }

    /** Sets all parameters. */
    public void bind(@Nullable Object... parameters) throws SQLException {
        int expected = statement.getParameterMetaData().getParameterCount();
        if (expected != parameters.length) {
            throw new SQLException("Invalid Input Error: the statement has " + expected + " parameters, "
                    + parameters.length + " values were given");
        }
        for (int i = 0; i < parameters.length; i++) {
            if (writesTexts && parameters[i] instanceof String text) {
                refuseSpoiled(text, "parameter " + (i + 1));
            }
            statement.setObject(i + 1, ParameterValue.of(i + 1, parameters[i]));
        }
    }

    /** Says whether its result comes in chunks, which know their columns, so that a change of the schema is noticed. */
    public boolean isStreamed() throws SQLException {
        return ChunkCursor.supports(meta);
    }

    /** After a change of the schema the engine plans anew by itself, but the driver goes on naming the old columns. */
    private void checkColumns(DuckDBChunkedResult rows, List<ColumnType> columns) throws SQLException {
        int count = Math.toIntExact(rows.columnCount());
        int[] types = new int[count];
        boolean same = count == columns.size();
        for (int i = 0; i < count; i++) {
            types[i] = rows.columnTypeId(i);
            same = same && rows.columnName(i).equals(columns.get(i).name());
        }
        int[] before = typesBefore;
        typesBefore = types;
        if (!same || (before != null && !Arrays.equals(before, types))) {
            rows.close();
            close();
            throw new StaleStatement();
        }
    }

    /**
     * Runs it.
     *
     * @throws StaleStatement if its columns changed since it was prepared; it is closed, and may be prepared again
     */
    public Outcome run() throws SQLException {
        session.setRunning(statement);
        if (isShapeUnknown() || mayChangeRows()) {
            if (!statement.execute()) {
                return new Outcome(null, Math.max(0, statement.getLargeUpdateCount()));
            }
            ResultSet rows = statement.getResultSet();
            meta = rows.getMetaData();
            return new Outcome(new CopyCursor(rows, ColumnType.of(meta), BLOCK_ROWS), -1);
        }
        List<ColumnType> columns = ColumnType.of(meta);
        if (isStreamed()) {
            DuckDBChunkedResult rows = statement.query();
            checkColumns(rows, columns);
            return new Outcome(
                    new ChunkCursor(
                            rows, columns, STREAMED_BLOCK_ROWS, BLOCK_BYTES, BLOCK_PATIENCE_NANOS, this::reasonBehind),
                    -1);
        }
        return new Outcome(new CopyCursor(statement.executeQuery(), columns, BLOCK_ROWS), -1);
    }

    /**
     * Prepares, binds, runs and closes a statement whose rows nobody wants.
     *
     * @return how many rows it changed
     */
    public static long execute(Session session, String sql, @Nullable Object... parameters) throws SQLException {
        try (EngineStatement statement = prepare(session, sql)) {
            statement.bind(parameters);
            Outcome outcome = statement.run();
            if (outcome.rows() != null) {
                outcome.rows().close();
            }
            return Math.max(0, outcome.changed());
        }
    }

    /**
     * When one of the engine's threads fails, it interrupts the others, and now and then the result tells only of the
     * interruption. The statement is run once more then, for its error.
     */
    private SQLException reasonBehind(SQLException error) {
        for (int i = 0; i < MOST_REPETITIONS && isInterruption(error) && !session.isCancelled(); i++) {
            try (DuckDBChunkedResult again = statement.query()) {
                SQLException found = ChunkCursor.drain(again);
                if (found != null && !isInterruption(found)) {
                    return found;
                }
            } catch (SQLException e) {
                // Such as a transaction that the error has ended: there is no more to be learned.
                return error;
            }
        }
        return error;
    }

    private static boolean isInterruption(SQLException error) {
        return String.valueOf(error.getMessage()).contains("Interrupted!");
    }

    /** Says whether the driver has closed it, as it does after each failure. */
    public boolean isClosed() throws SQLException {
        return statement.isClosed();
    }

    @Override
    public void close() throws SQLException {
        session.setRunning(null);
        statement.close();
        if (readOnly) {
            readOnly = false;
            session.run("ROLLBACK");
        }
    }

    /**
     * What a statement returned.
     *
     * @param rows an open result, or null
     * @param changed how many rows it changed, 0 where it changes none, -1 where there is a result
     */
    public record Outcome(@Nullable ResultCursor rows, long changed) {}
}
