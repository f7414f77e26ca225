package org.datlake.ducklake;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Follows each operation of a client from its begin to its end, on its caller's side: for traces, and for lists of what
 * was slow. Who only counts what has happened implements {@link DuckLakeListener}.
 *
 * <p>Operations are what callers ask for: a query until its last row was read, a statement, a transaction with all its
 * repetitions, a batch of rows of a {@link RowWriter} until it is committed, a bulk load, a check of the lake. One may
 * belong to another, such as a statement to its transaction; see {@link Running#enter()}.
 *
 * <p>Implementations are thread-safe and quick, and must not call the client. What they throw is caught and logged once;
 * it never reaches the caller of the client.
 */
@FunctionalInterface
public interface OperationObserver {

    /**
     * Takes notice of an operation that begins. Called on the thread of its caller.
     *
     * @return is told of the same operation's end
     */
    Running begin(Start start);

    /** An operation that is under way. */
    @FunctionalInterface
    interface Running {

        /**
         * Makes this the operation that the calling thread is busy with, until the scope is closed on the same thread.
         * Called for transactions and loads only, whose caller's thread asks for further operations meanwhile.
         */
        default Scope enter() {
            return () -> {};
        }

        /** Takes notice that the operation ended. Called once, on any thread. */
        void end(End end);
    }

    /** A stretch of a thread's work. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Ends it. Called once. */
        @Override
        void close();
    }

    /**
     * An operation that begins.
     *
     * @param catalog the lake's alias
     * @param operation what kind it is
     * @param table the table that rows are written to, with its schema and unquoted, as in {@code main.events}; empty where
     *     the operation has none, or several
     * @param statement the statement; empty where there is none, or several
     */
    record Start(
            String catalog,
            DuckLakeEvent.Operation operation,
            Optional<String> table,
            Optional<ObservedStatement> statement) {}

    /**
     * How an operation ended.
     *
     * @param took from its begin
     * @param operationId the name of what it committed, or tried to; empty where it writes nothing, or that is not known
     * @param snapshotId the snapshot that it made or read, where that is known
     * @param errorType DuckDB's word for the error, {@code Application} for one of the caller's own code; empty if it went
     *     well
     * @param failure what the caller gets; empty if it went well, or the caller's own code failed
     */
    record End(
            Duration took,
            Optional<OperationId> operationId,
            OptionalLong snapshotId,
            Optional<String> errorType,
            Optional<DuckLakeException> failure) {}
}
