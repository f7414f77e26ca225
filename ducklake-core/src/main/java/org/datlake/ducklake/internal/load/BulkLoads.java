package org.datlake.ducklake.internal.load;

import java.time.Duration;
import java.util.Optional;
import org.datlake.ducklake.BulkLoad;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient.TransactionAction;
import org.datlake.ducklake.TransactionOptions;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.jspecify.annotations.Nullable;

/** What the loads of a client need. Thread-safe. */
public final class BulkLoads {

    private final LakeRuntime lake;
    private final Statements statements;
    private final Commits commits;
    private final Offsets offsets;

    /**
     * Makes it for a client.
     *
     * @param statements prepares queries
     * @param commits runs transactions
     */
    public BulkLoads(LakeRuntime lake, Statements statements, Commits commits) {
        this.lake = lake;
        this.statements = statements;
        this.commits = commits;
        this.offsets = new Offsets(lake.settings().alias(), this.statements);
    }

    /** Prepares a load. */
    public BulkLoad into(String schema, String table) {
        return new DefaultBulkLoad(this, new LoadOptions(schema, table));
    }

    /** Returns the offset of a source. */
    public Optional<String> offset(String source) {
        return offsets.of(source);
    }

    LakeRuntime lake() {
        return lake;
    }

    String alias() {
        return lake.settings().alias();
    }

    /** Returns queries with more time than usual. */
    Statements queries(Duration timeout) {
        return (sql, parameters) -> statements.query(sql, parameters).timeout(timeout);
    }

    /**
     * Commits a load once.
     *
     * @param own the connection that rows were gathered on, or null
     */
    Committed commit(
            LoadOptions options,
            Duration timeout,
            @Nullable EngineConnection own,
            TransactionAction<RuntimeException> body) {
        TransactionAction<RuntimeException> described = transaction -> {
            if (options.author != null || options.message != null) {
                transaction.describe(String.valueOf(options.author), String.valueOf(options.message));
            }
            body.run(transaction);
        };
        TransactionOptions plain = TransactionOptions.defaults().withTimeout(timeout);
        OffsetStep step = options.step;
        if (step == null) {
            String key = options.idempotencyKey;
            return commits.commit(key == null ? plain : plain.withIdempotencyKey(key), own, described);
        }
        Committed committed =
                commits.commit(plain.withIdempotencyKey(offsets.nameOf(step)), own, offsets.with(step, described));
        if (committed.repeated()) {
            offsets.checkRepeated(step);
        }
        return committed;
    }

    /** Reads what is on a connection. */
    void read(EngineConnection own, Duration timeout, TransactionAction<RuntimeException> body) {
        commits.commit(TransactionOptions.defaults().withTimeout(timeout), own, body);
    }

    /** Fails early if a load would fail anyway. */
    void checkOffset(LoadOptions options) {
        if (options.step != null) {
            offsets.nameOf(options.step);
        }
    }

    /** Runs transactions. */
    @FunctionalInterface
    public interface Commits {
        /**
         * Runs one.
         *
         * @param own the connection it needs; null for any
         */
        Committed commit(
                TransactionOptions options, @Nullable EngineConnection own, TransactionAction<RuntimeException> body);
    }
}
