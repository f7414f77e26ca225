package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/**
 * Hands out sessions. Whoever gets a connection to the engine gets a fresh one, for what its last user set on it must
 * not reach the next; making the lake its default costs a visit to the catalog, so a few that came back as good as new
 * are kept. Queries of the client itself share sessions, as nothing but SELECT runs there. Thread-safe.
 *
 * <p>None is made ready in the background, though that would hide the visit: a {@code USE} of the lake beside the COMMIT of
 * a statement that changes the schema brings the whole process down, now and then, in DuckLake 1.0 of DuckDB 1.5.5.
 */
public final class Sessions {

    private static final int READY = 4;

    private final Engine engine;
    private final Workers workers;
    private final int mostReaders;
    private final ConcurrentLinkedDeque<Session> ready = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<ReadSession> readers = new ConcurrentLinkedDeque<>();
    private final ReusableStatements reusable = new ReusableStatements();
    private final AtomicInteger idleReaders = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Makes a source of sessions.
     *
     * @param mostReaders how many idle sessions for queries are kept
     */
    public Sessions(Engine engine, Workers workers, int mostReaders) {
        this.engine = engine;
        this.workers = workers;
        this.mostReaders = mostReaders;
    }

    /** Returns a session that nobody has used; whoever gets it releases it. */
    public Session fresh(Deadline deadline) throws EngineFailure {
        DuckDbInstance instance = engine.instance(deadline);
        Session session = ready.poll();
        while (session != null && !session.isUsable()) {
            session = ready.poll();
        }
        return session != null ? session : open(instance);
    }

    private Session open(DuckDbInstance instance) throws EngineFailure {
        try {
            return instance.openSession();
        } catch (SQLException e) {
            throw workers.errors().translate(e);
        }
    }

    /** Returns a session for queries of the client itself; whoever gets it gives it back. */
    public ReadSession reader(Deadline deadline) throws EngineFailure {
        DuckDbInstance instance = engine.instance(deadline);
        ReadSession reader = pollReader();
        while (reader != null && !reader.session().isUsable()) {
            reader = pollReader();
        }
        return reader != null ? reader : new ReadSession(open(instance), reusable);
    }

    private @Nullable ReadSession pollReader() {
        ReadSession reader = readers.poll();
        if (reader != null) {
            idleReaders.decrementAndGet();
        }
        return reader;
    }

    /** Takes a session for queries back. */
    public void giveBack(ReadSession reader) {
        if (closed || !reader.session().isUsable() || idleReaders.get() >= mostReaders) {
            release(reader.session());
            return;
        }
        idleReaders.incrementAndGet();
        readers.push(reader);
    }

    /**
     * Takes back a fresh session that nothing was done on which the next user could notice, with no transaction open: to
     * make another one ready costs a visit to the catalog.
     */
    void giveBackAsNew(Session session) {
        if (closed || !session.isUsable() || ready.size() >= READY) {
            release(session);
        } else {
            ready.add(session);
        }
    }

    /** Releases a session, in the background, as rolling back may take a while. */
    public void release(Session session) {
        if (!session.isSetAside()) {
            workers.runLater(session::release);
        }
    }

    /** Keeps no more sessions; those that are out are released when they come back. */
    public void close() {
        closed = true;
        ready.clear();
        readers.clear();
    }
}
