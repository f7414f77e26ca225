package org.datlake.ducklake.internal.load;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.datlake.ducklake.LoadProgress;
import org.jspecify.annotations.Nullable;

/** How a load was asked for. Never changed once {@link #with} has returned it. */
final class LoadOptions {

    final String schema;
    final String table;
    boolean createTable;
    boolean replace;
    /** The table's columns in the order of the source's, empty for all; null to match by name. */
    @Nullable List<String> byPosition;

    @Nullable String idempotencyKey;

    @Nullable OffsetStep step;

    Duration timeout = Duration.ofHours(1);
    Consumer<LoadProgress> progress = progress -> {};

    @Nullable String author;

    @Nullable String message;

    LoadOptions(String schema, String table) {
        this.schema = schema;
        this.table = table;
    }

    /** Returns a changed copy. */
    LoadOptions with(Consumer<LoadOptions> change) {
        LoadOptions copy = new LoadOptions(schema, table);
        copy.createTable = createTable;
        copy.replace = replace;
        copy.byPosition = byPosition;
        copy.idempotencyKey = idempotencyKey;
        copy.step = step;
        copy.timeout = timeout;
        copy.progress = progress;
        copy.author = author;
        copy.message = message;
        change.accept(copy);
        return copy;
    }
}
