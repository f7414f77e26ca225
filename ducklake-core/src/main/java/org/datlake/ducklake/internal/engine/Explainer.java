package org.datlake.ducklake.internal.engine;

import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.result.Block;
import org.datlake.ducklake.internal.result.BlockRow;
import org.jspecify.annotations.Nullable;

/** Asks the engine how it would run a statement. */
@FunctionalInterface
public interface Explainer {

    /** Before a statement, this makes of it one that returns its plan as JSON, and runs nothing. */
    String EXPLAIN = "EXPLAIN (FORMAT json) ";

    /**
     * Asks, in the place where the statement was run, or one like it.
     *
     * @param sql a statement of which it is certain that it is one, and can be explained
     * @return the plan as JSON
     */
    String explain(String sql, @Nullable Object[] parameters, Deadline deadline) throws EngineFailure;

    /** Returns the plan that such a statement returned. */
    static String planIn(@Nullable OpenResult rows, Deadline deadline) throws EngineFailure {
        if (rows == null) {
            throw nothingTold();
        }
        Block block = rows.next(deadline.remaining());
        if (block == null) {
            throw nothingTold();
        }
        BlockRow row = new BlockRow(rows.columns());
        row.moveTo(block, 0);
        String plan = row.getString("explain_value");
        rows.close();
        return String.valueOf(plan);
    }

    private static EngineFailure nothingTold() {
        return new EngineFailure(EngineFault.wrongUse("02000", "the engine told no plan"));
    }
}
