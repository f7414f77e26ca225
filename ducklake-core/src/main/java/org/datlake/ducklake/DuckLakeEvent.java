package org.datlake.ducklake;

import java.time.Duration;
import java.util.Optional;

/** Something that happened in a client. Events hold no SQL, no values and no secrets. */
public sealed interface DuckLakeEvent {

    /** Returns the alias of the lake. */
    String catalog();

    /**
     * The lake was attached, for the first time or again after the engine was replaced.
     *
     * @param catalog the lake's alias
     * @param took from the start of the attempt
     * @param created whether the lake did not exist before
     */
    record Attached(String catalog, Duration took, boolean created) implements DuckLakeEvent {}

    /**
     * An attempt to attach the lake failed.
     *
     * @param catalog the lake's alias
     * @param took from the start of the attempt
     * @param failure why
     * @param willRetry whether the client tries again by itself
     */
    record AttachFailed(String catalog, Duration took, DuckLakeException failure, boolean willRetry)
            implements DuckLakeEvent {}

    /**
     * A statement ended, well or not. For a streamed result: its last row was read, or it was closed.
     *
     * @param catalog the lake's alias
     * @param operation what kind of call it was
     * @param took from the call to its end
     * @param errorType DuckDB's word for the error, empty when it went well
     */
    record QueryFinished(String catalog, Operation operation, Duration took, Optional<String> errorType)
            implements DuckLakeEvent {}

    /**
     * A transaction ended, with all its repetitions.
     *
     * @param catalog the lake's alias
     * @param took from the call to its end
     * @param attempts how often its closure ran, at least 1
     * @param errorType DuckDB's word for the error, empty when it was committed
     */
    record TransactionFinished(String catalog, Duration took, int attempts, Optional<String> errorType)
            implements DuckLakeEvent {}

    /**
     * Something failed and is tried again.
     *
     * @param catalog the lake's alias
     * @param operation what kind of call it is
     * @param attempt the attempt that failed, counted from 1
     * @param errorType DuckDB's word for the error
     */
    record Retried(String catalog, Operation operation, int attempt, String errorType) implements DuckLakeEvent {}

    /**
     * A call did not end within its deadline; its connection is set aside until the engine lets go of it.
     *
     * @param catalog the lake's alias
     * @param quarantined how many calls hang now
     */
    record CallQuarantined(String catalog, int quarantined) implements DuckLakeEvent {}

    /**
     * The engine hit a fatal error and was replaced by a new one.
     *
     * @param catalog the lake's alias
     * @param took from the error to the lake being attached again
     */
    record EngineReopened(String catalog, Duration took) implements DuckLakeEvent {}

    /**
     * The catalog database answers again.
     *
     * @param catalog the lake's alias
     */
    record CatalogUp(String catalog) implements DuckLakeEvent {}

    /**
     * The catalog database stopped answering.
     *
     * @param catalog the lake's alias
     * @param reason why
     */
    record CatalogDown(String catalog, String reason) implements DuckLakeEvent {}

    /**
     * The storage answers again.
     *
     * @param catalog the lake's alias
     */
    record StorageUp(String catalog) implements DuckLakeEvent {}

    /**
     * The storage stopped answering.
     *
     * @param catalog the lake's alias
     * @param reason why
     */
    record StorageDown(String catalog, String reason) implements DuckLakeEvent {}

    /** The kinds of calls. */
    enum Operation {
        /** Reading rows through {@link DuckLakeClient#query}. */
        QUERY,
        /** A statement through {@link DuckLakeClient#execute} or {@link Transaction#execute}. */
        EXECUTE,
        /** A statement on a plain JDBC connection. */
        JDBC,
        /** A transaction with all its repetitions. */
        COMMIT,
        /** Attaching the lake. */
        ATTACH,
        /** A batch of rows through a {@link RowWriter} or {@link MultiTableWriter}, until it is committed. */
        WRITE,
        /** A {@link BulkLoad}. */
        LOAD,
        /** {@link DuckLakeClient#check(CheckOptions)}. */
        CHECK
    }
}
