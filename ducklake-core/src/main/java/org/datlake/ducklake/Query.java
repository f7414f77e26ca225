package org.datlake.ducklake;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A statement that returns rows, ready to be run. Nothing happens before one of {@link #list}, {@link #one},
 * {@link #first}, {@link #forEach} or {@link #stream} is called; each call runs the statement anew.
 *
 * <p>Immutable; may be kept and used by several threads. Results are read block by block, so that memory stays bounded
 * whatever their size.
 *
 * @param <T> what each row becomes
 */
public interface Query<T> {

    /**
     * Returns the same statement with rows of another class: a record, whose components are matched with columns by
     * name, without regard to case and underscores; or a class that {@link Row#get(String, Class)} supports, for
     * results of one column.
     *
     * @throws IllegalArgumentException if the class is neither
     */
    <U> Query<U> as(Class<U> type);

    /** Returns the same statement with rows made by a mapper, which runs on the thread that reads the result. */
    <U> Query<U> map(RowMapper<U> mapper);

    /**
     * Returns the same statement with another deadline for running it and for each further block of its result.
     *
     * @param timeout instead of {@link DuckLakeSettings#operationTimeout()}; positive
     */
    Query<T> timeout(Duration timeout);

    /**
     * Returns all rows.
     *
     * @throws QueryException if the statement fails
     * @throws QueryTimeoutException if it does not end within its deadline
     * @throws CatalogException if the catalog is not reachable within the deadline
     * @throws StorageException if the storage is not reachable within the deadline
     */
    List<T> list();

    /**
     * Returns the only row.
     *
     * @throws QueryException as {@link #list}, and if there is no row or more than one
     */
    T one();

    /**
     * Returns the first row, if there is one.
     *
     * @throws QueryException as {@link #list}
     */
    Optional<T> first();

    /**
     * Gives each row to an action, on the calling thread.
     *
     * @throws QueryException as {@link #list}; some rows may have been given by then
     */
    void forEach(Consumer<? super T> action);

    /**
     * Returns the rows as a stream, which must be closed: it holds a connection until its end or its close. Not for
     * use by several threads. It throws what {@link #list} throws, while it is read.
     */
    Stream<T> stream();
}
