package org.datlake.ducklake.internal.load;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.datlake.ducklake.DuckLakeClient.TransactionAction;
import org.datlake.ducklake.OffsetConflictException;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * How far sources are loaded: a table of the lake, to which each step adds a row. Rows are never changed, for DuckLake
 * loses small changes when files are merged beside them. Each step is committed under a name made of source, number and
 * starting point, so that of all who want to make it only one does. Thread-safe.
 */
final class Offsets {

    private static final String SCHEMA = "datlake";
    private static final String TABLE = "load_offsets";

    private final String alias;
    private final Statements lake;

    Offsets(String alias, Statements lake) {
        this.alias = alias;
        this.lake = lake;
    }

    Optional<String> of(String source) {
        return Optional.ofNullable(read(lake, source).offset());
    }

    /** Returns the name that a step is committed under. */
    String nameOf(OffsetStep step) {
        Stored stored = read(lake, step.source());
        if (Objects.equals(stored.offset(), step.expected())) {
            return name(step, stored.number());
        }
        if (step.next().equals(stored.offset())) {
            // It may be this very step that was committed last.
            return name(step, stored.number() - 1);
        }
        throw new OffsetConflictException(step.source(), stored.offset());
    }

    private static String name(OffsetStep step, long number) {
        String expected = step.expected();
        return "datlake offset " + number + " " + step.source().length() + " " + step.source() + " "
                + (expected == null ? "-" : "=" + expected);
    }

    /** Adds the making of a step to a transaction. */
    TransactionAction<RuntimeException> with(OffsetStep step, TransactionAction<RuntimeException> body) {
        return transaction -> {
            advance(transaction, step);
            body.run(transaction);
        };
    }

    /** Someone else may have made the step from the same place to another one. */
    void checkRepeated(OffsetStep step) {
        Stored stored = read(lake, step.source());
        if (!step.next().equals(stored.offset())) {
            throw new OffsetConflictException(step.source(), stored.offset());
        }
    }

    private void advance(Transaction transaction, OffsetStep step) {
        Stored stored = read(transaction::query, step.source());
        if (!Objects.equals(stored.offset(), step.expected())) {
            throw new OffsetConflictException(step.source(), stored.offset());
        }
        if (!exists(transaction::query)) {
            transaction.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(alias) + "." + SCHEMA);
            transaction.execute("CREATE TABLE IF NOT EXISTS " + table()
                    + " (source VARCHAR NOT NULL, step BIGINT NOT NULL, \"offset\" VARCHAR NOT NULL, "
                    + "committed_at TIMESTAMP WITH TIME ZONE NOT NULL)");
        }
        transaction.execute(
                "INSERT INTO " + table() + " VALUES (?, ?, ?, now())", step.source(), stored.number() + 1, step.next());
    }

    private Stored read(Statements statements, String source) {
        if (!exists(statements)) {
            return new Stored(null, 0);
        }
        List<Stored> found = statements
                .query(
                        "SELECT \"offset\", step FROM " + table() + " WHERE source = ? ORDER BY step DESC LIMIT 1",
                        source)
                .map(row -> new Stored(row.getString("offset"), row.getLong("step")))
                .list();
        return found.isEmpty() ? new Stored(null, 0) : found.get(0);
    }

    private boolean exists(Statements statements) {
        return LoadTarget.exists(statements, alias, SCHEMA, TABLE);
    }

    private String table() {
        return SqlText.identifier(alias) + "." + SCHEMA + "." + TABLE;
    }

    private record Stored(@Nullable String offset, long number) {}
}
