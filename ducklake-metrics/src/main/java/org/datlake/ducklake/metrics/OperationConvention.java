package org.datlake.ducklake.metrics;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import java.util.Locale;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.ObservedStatement;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.metrics.DuckLakeObservations.OperationContext;

/**
 * The name and the keys of observations. Extend it, and add yours to the registry's configuration, to change them.
 *
 * <p>Of few values, for meters, too: {@code db.system.name}, {@code db.namespace} (the lake's alias),
 * {@code db.operation.name} (the statement's verb, else the operation), {@code ducklake.operation}, {@code
 * ducklake.outcome} and {@code ducklake.error} (DuckDB's word, or none). Of many values, for spans only, where they are
 * known: {@code db.query.text} (masked), {@code db.collection.name}, {@code ducklake.operation.id}, {@code
 * ducklake.snapshot.id}, and for what failed {@code error.type} and {@code db.response.status_code} (the SQLSTATE).
 */
public class OperationConvention implements GlobalObservationConvention<OperationContext> {

    private static final String NONE = KeyValue.NONE_VALUE;
    private static final KeyValue SYSTEM = KeyValue.of("db.system.name", "duckdb");

    /** Makes it. */
    public OperationConvention() {}

    /** Returns the name of OpenTelemetry's metric, which a handler for meters records. */
    @Override
    public String getName() {
        return "db.client.operation.duration";
    }

    @Override
    public String getContextualName(OperationContext context) {
        return operationName(context) + " " + context.start().catalog();
    }

    private static String operationName(OperationContext context) {
        return context.start()
                .statement()
                .map(ObservedStatement::verb)
                .orElseGet(() -> word(context.start().operation()));
    }

    private static String word(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(OperationContext context) {
        String error = context.end().flatMap(OperationObserver.End::errorType).orElse(NONE);
        String outcome = context.end().isEmpty() ? "unknown" : error.equals(NONE) ? "success" : "error";
        return KeyValues.of(
                SYSTEM,
                KeyValue.of("db.namespace", context.start().catalog()),
                KeyValue.of("db.operation.name", operationName(context)),
                KeyValue.of("ducklake.operation", word(context.start().operation())),
                KeyValue.of("ducklake.outcome", outcome),
                KeyValue.of("ducklake.error", error));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(OperationContext context) {
        KeyValues values = KeyValues.empty();
        OperationObserver.Start start = context.start();
        if (start.table().isPresent()) {
            values = values.and("db.collection.name", start.table().get());
        }
        if (context.end().isEmpty()) {
            return values;
        }
        OperationObserver.End end = context.end().get();
        if (start.statement().isPresent()) {
            values = values.and("db.query.text", start.statement().get().masked());
        }
        if (end.operationId().isPresent()) {
            values = values.and("ducklake.operation.id", end.operationId().get().toString());
        }
        if (end.snapshotId().isPresent()) {
            values = values.and(
                    "ducklake.snapshot.id", Long.toString(end.snapshotId().getAsLong()));
        }
        if (end.errorType().isPresent()) {
            values = values.and("error.type", end.errorType().get());
        }
        if (end.failure().isPresent()) {
            values = values.and("db.response.status_code", end.failure().get().sqlState());
        }
        return values;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof OperationContext;
    }
}
