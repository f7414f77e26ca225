package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.OperationObserver;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** An operation that observers follow. Thread-safe. */
public final class Observed {

    /** Nobody follows. */
    static final Observed NOTHING = new Observed(new Observers("", List.of()), List.of());

    /** The word for errors of the caller's own code, which may hold anything and are not passed on. */
    private static final String APPLICATION = "Application";

    private final Observers observers;
    private final List<Follower> followers;
    private final long started = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable OperationId operation;
    private volatile OptionalLong snapshot = OptionalLong.empty();

    Observed(Observers observers, List<Follower> followers) {
        this.observers = observers;
        this.followers = followers;
    }

    /** Notes under which name something is committed. */
    public void commits(OperationId name) {
        if (!followers.isEmpty()) {
            operation = name;
        }
    }

    /** Notes what was committed. */
    public void committed(Committed done) {
        if (!followers.isEmpty()) {
            operation = done.operationId();
            snapshot = done.snapshotId();
        }
    }

    /** Notes which snapshot is read. */
    public void reads(OptionalLong snapshotId) {
        if (!followers.isEmpty()) {
            snapshot = snapshotId;
        }
    }

    /** Makes this what the calling thread is busy with, until the scope is closed on the same thread. */
    public OperationObserver.Scope enter() {
        if (followers.isEmpty()) {
            return () -> {};
        }
        List<Entered> entered = new ArrayList<>(followers.size());
        for (Follower follower : followers) {
            observers.guarded(
                    follower.observer(),
                    () -> entered.add(
                            new Entered(follower.observer(), follower.running().enter())));
        }
        return () -> {
            for (int i = entered.size() - 1; i >= 0; i--) {
                Entered last = entered.get(i);
                observers.guarded(last.observer(), last.scope()::close);
            }
        };
    }

    /**
     * Tells that it ended. Only the first time counts.
     *
     * @param failure why it failed; null if it went well
     */
    public void end(@Nullable Throwable failure) {
        if (followers.isEmpty() || !ended.compareAndSet(false, true)) {
            return;
        }
        Optional<DuckLakeException> ours = ours(failure);
        OperationObserver.End end = new OperationObserver.End(
                Duration.ofNanos(System.nanoTime() - started),
                Optional.ofNullable(operation),
                snapshot,
                failure == null
                        ? Optional.empty()
                        : Optional.of(ours.map(DuckLakeException::errorType).orElse(APPLICATION)),
                ours);
        for (Follower follower : followers) {
            observers.guarded(follower.observer(), () -> follower.running().end(end));
        }
    }

    private static Optional<DuckLakeException> ours(@Nullable Throwable failure) {
        if (failure instanceof EngineFailure engine) {
            return Optional.of(engine.toException());
        }
        return failure instanceof DuckLakeException exception ? Optional.of(exception) : Optional.empty();
    }

    /**
     * An observer.
     *
     * @param observer itself
     * @param running what it follows the operation with
     */
    record Follower(OperationObserver observer, OperationObserver.Running running) {
        Follower {
            Objects.requireNonNull(running, "an observer returned null");
        }
    }

    private record Entered(OperationObserver observer, OperationObserver.Scope scope) {
        Entered {
            Objects.requireNonNull(scope, "an observer returned null");
        }
    }
}
