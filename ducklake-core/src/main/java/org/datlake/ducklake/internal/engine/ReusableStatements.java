package org.datlake.ducklake.internal.engine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * Knows which statements may stay prepared. DuckDB prepares a statement anew when a table it reads has changed, but
 * not when what a function said has: a kept {@code FROM lake.current_snapshot()} would return the same row for ever.
 * So only statements are kept that call no function, and whose plan, with all views in it, reads nothing but lake
 * tables. Thread-safe.
 */
final class ReusableStatements {

    private static final int MOST_KNOWN = 1000;
    private static final Pattern CALL = Pattern.compile("[\\p{L}\\p{N}_\"]\\s*\\(|(?i)\\b(?:current|local|session)_?");
    private static final Pattern OPERATOR = Pattern.compile("\"name\":\\s*\"([^\"]*)\"");
    private static final Set<String> HARMLESS = Set.of(
            "DUCKLAKE_SCAN",
            "DUMMY_SCAN",
            "COLUMN_DATA_SCAN",
            "CTE_SCAN",
            "EMPTY_RESULT",
            "PROJECTION",
            "FILTER",
            "HASH_JOIN",
            "NESTED_LOOP_JOIN",
            "CROSS_PRODUCT",
            "CTE",
            "UNION",
            "ORDER_BY",
            "TOP_N",
            "LIMIT",
            "STREAMING_LIMIT",
            "HASH_GROUP_BY",
            "PERFECT_HASH_GROUP_BY",
            "UNGROUPED_AGGREGATE");

    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    private enum Verdict {
        SEEN_ONCE,
        KEEP,
        DROP
    }

    /**
     * Says whether a statement may stay prepared. What is run only once is never looked at.
     *
     * @param parameters the values of this run
     */
    boolean mayKeep(Session session, String sql, @Nullable Object[] parameters) throws SQLException {
        Verdict known = verdicts.get(sql);
        if (known == null) {
            if (verdicts.size() >= MOST_KNOWN) {
                verdicts.clear();
            }
            verdicts.put(sql, CALL.matcher(sql).find() ? Verdict.DROP : Verdict.SEEN_ONCE);
            return false;
        }
        if (known == Verdict.SEEN_ONCE) {
            known = isHarmless(session, sql, parameters) ? Verdict.KEEP : Verdict.DROP;
            verdicts.put(sql, known);
        }
        return known == Verdict.KEEP;
    }

    private static boolean isHarmless(Session session, String sql, @Nullable Object[] parameters) {
        try (DuckDBPreparedStatement explain = session.prepare("EXPLAIN (FORMAT json) " + sql)) {
            for (int i = 0; i < parameters.length; i++) {
                explain.setObject(i + 1, ParameterValue.of(i + 1, parameters[i]));
            }
            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                Matcher operator = OPERATOR.matcher(plan.getString(2));
                boolean harmless = true;
                while (operator.find()) {
                    harmless &= HARMLESS.contains(operator.group(1));
                }
                return harmless;
            }
        } catch (SQLException e) {
            // What cannot be explained (SHOW, DESCRIBE ...) is prepared each time.
            return false;
        }
    }
}
