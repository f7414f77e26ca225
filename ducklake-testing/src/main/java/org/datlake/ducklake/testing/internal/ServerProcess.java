package org.datlake.ducklake.testing.internal;

/** A server that runs in a container or as a process, always on the same port. Calls come from one thread at a time. */
public interface ServerProcess extends AutoCloseable {

    /** Returns the name or address that clients reach it by. */
    String host();

    /** Starts it, for the first time or again with the data of before. It may not accept connections yet. */
    void start();

    /** Asks it to end and waits until it has. */
    void stop();

    /** Ends it at once, without giving it a chance to do anything. */
    void kill();

    /** Stops it from running, while its connections stay open. */
    void freeze();

    /** Lets it run again. */
    void thaw();

    /** Returns the end of what it has printed. */
    String log();

    /** Ends it and removes its data. */
    @Override
    void close();
}
