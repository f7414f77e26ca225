package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.Optional;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.sql.Explainable;
import org.datlake.ducklake.internal.sql.MaskedSql;
import org.datlake.ducklake.internal.sql.PlanText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A statement that keeps its values to itself. Nothing is made of its text before someone asks. Thread-safe. */
final class SqlStatement implements ObservedStatement {

    private static final Logger LOG = LoggerFactory.getLogger(SqlStatement.class);

    private final String sql;
    private final @Nullable Object[] parameters;
    private final Explainer explainer;

    SqlStatement(String sql, @Nullable Object[] parameters, Explainer explainer) {
        this.sql = sql;
        this.parameters = parameters;
        this.explainer = explainer;
    }

    @Override
    public String verb() {
        return MaskedSql.verb(sql);
    }

    @Override
    public String masked() {
        return MaskedSql.statement(sql);
    }

    @Override
    public Optional<String> plan(Duration timeout) {
        if (!Explainable.is(sql)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PlanText.of(explainer.explain(sql, parameters, Deadline.after(timeout))));
        } catch (EngineFailure | RuntimeException e) {
            LOG.debug("there is no plan of a statement: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** For whoever logs an operation by mistake. */
    @Override
    public String toString() {
        return masked();
    }
}
