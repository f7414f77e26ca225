package org.datlake.ducklake;

/**
 * Is told what the client does; metrics and logs hang on it.
 *
 * <p>Called on the thread where the thing happened, possibly on several at once, so implementations are thread-safe
 * and quick. What they throw is caught and logged once; it never reaches the caller of the client. They must not call
 * the client.
 */
@FunctionalInterface
public interface DuckLakeListener {

    /** Takes notice of something that has happened. */
    void on(DuckLakeEvent event);
}
