package org.datlake.ducklake.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.OperationObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells observers of operations, and keeps what they throw away from callers. Thread-safe. */
public final class Observers {

    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

    private final String catalog;
    private final List<OperationObserver> observers;
    private final Set<OperationObserver> faulty = ConcurrentHashMap.newKeySet();

    /** Makes a distributor for these observers. */
    public Observers(String catalog, List<OperationObserver> observers) {
        this.catalog = catalog;
        this.observers = List.copyOf(observers);
    }

    /** Tells that an operation begins, which has neither a statement nor a table. */
    public Observed begin(Operation operation) {
        return observers.isEmpty() ? Observed.NOTHING : begin(operation, Optional.empty(), Optional.empty());
    }

    /** Tells that an operation begins that writes rows to a table. */
    public Observed begin(Operation operation, String schema, String table) {
        return observers.isEmpty()
                ? Observed.NOTHING
                : begin(operation, Optional.of(schema + "." + table), Optional.empty());
    }

    /**
     * Tells that an operation begins that is one statement.
     *
     * @param parameters are not changed any more
     */
    public Observed begin(Operation operation, String sql, @Nullable Object[] parameters, Explainer explainer) {
        return observers.isEmpty()
                ? Observed.NOTHING
                : begin(operation, Optional.empty(), Optional.of(new SqlStatement(sql, parameters, explainer)));
    }

    private Observed begin(Operation operation, Optional<String> table, Optional<ObservedStatement> statement) {
        OperationObserver.Start start = new OperationObserver.Start(catalog, operation, table, statement);
        List<Observed.Follower> followers = new ArrayList<>(observers.size());
        for (OperationObserver observer : observers) {
            guarded(observer, () -> followers.add(new Observed.Follower(observer, observer.begin(start))));
        }
        return new Observed(this, followers);
    }

    void guarded(OperationObserver observer, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            // A tracing library that is not complete, or of another version, is no reason to fail either.
            if (faulty.add(observer)) {
                LOG.warn("the observer {} threw an exception; further ones are not logged", observer.getClass(), e);
            }
        }
    }
}
