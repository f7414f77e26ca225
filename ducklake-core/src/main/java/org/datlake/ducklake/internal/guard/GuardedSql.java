package org.datlake.ducklake.internal.guard;

import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.datlake.ducklake.internal.engine.Session;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.jspecify.annotations.Nullable;

/** Makes of a statement that someone sent the one that may run. Thread-safe. */
public final class GuardedSql {

    /** Up to here DuckDB 1.5.5 limits rows in all threads. Beyond, a limit lets the whole plan below it run in one. */
    private static final long MOST_IN_PARALLEL = 10_000;

    private final SqlTrees trees;
    private final LakeCatalog catalog;
    private final Checked checked = new Checked();

    /** Makes a guard over a lake. */
    public GuardedSql(SqlTrees trees, LakeCatalog catalog) {
        this.trees = trees;
        this.catalog = catalog;
    }

    /**
     * Checks a statement against what is in the lake, and returns the one to run in its place. For workers; the session
     * is in a transaction, in which the statement has to run, too.
     *
     * @param moment which state of the lake is read
     * @param limit how many rows are wanted at most; empty: all, or whoever asks limits them around the statement
     * @throws EngineFailure if the statement is refused, or there is no such snapshot
     */
    public Ready prepare(Session session, String sql, Moment moment, OptionalLong limit)
            throws SQLException, EngineFailure {
        try {
            long newest = catalog.newest(session);
            String macro = catalog.hidingMacro(session, newest);
            if (macro != null) {
                throw Refusal.of("the lake has a macro '" + macro
                        + "' that hides a function of the engine: no statement " + "is taken until it is dropped");
            }
            long snapshot = catalog.resolve(session, moment, newest);
            OptionalLong version = moment.isNewest() ? OptionalLong.empty() : OptionalLong.of(snapshot);
            Checked.Key key = new Checked.Key(sql, version, limit, catalog.names(session, snapshot));
            Checked.Statement known = checked.get(key);
            if (known == null) {
                known = check(key);
                checked.put(key, known);
            }
            return new Ready(known.sql(), known.limited(), known.parameters(), snapshot);
        } catch (Refusal e) {
            throw new EngineFailure(
                    e.isSyntax()
                            ? EngineFault.of(FaultKind.STATEMENT, "Parser", "42601", String.valueOf(e.getMessage()))
                            : EngineFault.of(FaultKind.REFUSED, "Refused", "42501", "refused: " + e.getMessage()));
        }
    }

    private Checked.Statement check(Checked.Key key) throws SQLException, Refusal {
        Map<String, @Nullable Object> statement = trees.parse(key.sql());
        new TreeGuard(trees, key.names(), key.version()).check(statement);
        List<Integer> parameters = ParameterUses.spread(statement);
        List<@Nullable Object> modifiers =
                Trees.list(Trees.object(statement.get("node")).get("modifiers"));
        if (key.limit().isEmpty() || has(modifiers, "LIMIT")) {
            String sql = trees.print(statement);
            return new Checked.Statement(sql, sql, parameters);
        }
        long limit = key.limit().getAsLong();
        // While it sorts, the engine keeps only as many rows as are wanted.
        boolean alwaysLimited = limit <= MOST_IN_PARALLEL || has(modifiers, "ORDER");
        String unlimited = alwaysLimited ? "" : trees.print(statement);
        addLimit(modifiers, limit);
        String limited = trees.print(statement);
        return new Checked.Statement(alwaysLimited ? limited : unlimited, limited, parameters);
    }

    private static void addLimit(List<@Nullable Object> modifiers, long limit) {
        Map<String, @Nullable Object> modifier = new LinkedHashMap<>();
        modifier.put("type", "LIMIT_MODIFIER");
        modifier.put("limit", NewParts.number(limit));
        modifier.put("offset", null);
        modifiers.add(modifier);
    }

    private static boolean has(List<@Nullable Object> modifiers, String type) {
        return modifiers.stream()
                .anyMatch(modifier -> Trees.text(Trees.object(modifier), "type").startsWith(type));
    }

    /**
     * A statement that may run.
     *
     * @param sql its text, where whoever reads the rows counts them as they come, and stops in time
     * @param limited its text, where nobody does; often the same
     * @param parameters which one of the caller's each of its parameters stands for; empty where they are the caller's
     * @param snapshot which snapshot it reads
     */
    public record Ready(String sql, String limited, List<Integer> parameters, long snapshot) {

        /**
         * Returns what its parameters are bound to.
         *
         * @param given by the caller
         * @throws SQLException if that are too many or too few
         */
        public @Nullable Object[] values(@Nullable Object[] given) throws SQLException {
            if (parameters.isEmpty()) {
                return given;
            }
            int expected = Collections.max(parameters) + 1;
            if (expected != given.length) {
                throw new SQLException("Invalid Input Error: the statement has " + expected + " parameters, "
                        + given.length + " values were given");
            }
            return parameters.stream().map(index -> given[index]).toArray();
        }
    }
}
