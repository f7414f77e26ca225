package org.datlake.ducklake.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.engine.InstanceOpener.OpenedInstance;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.storage.Storage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one instance attached: opens it, and replaces it when it breaks. Thread-safe. */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** Rows that go to the catalog only can be written while the store is silent, so little time is given to it. */
    private static final Duration KEY_PATIENCE = Duration.ofSeconds(1);

    private final DuckLakeSettings settings;
    private final InstanceOpener opener;
    private final ErrorTranslator errors;
    private final Events events;
    private final Object lock = new Object();

    /** What is under way by itself, and may still touch catalog or storage. */
    private final Set<Thread> background = ConcurrentHashMap.newKeySet();

    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable DuckDbInstance current;
    private volatile @Nullable FileProtection protection;
    private volatile List<String> warnings = List.of();
    private @Nullable CompletableFuture<DuckDbInstance> reopening;
    private @Nullable DuckLakeException lastFailure;

    /** Makes an engine that is not open yet; the catalog is null where it is a file. */
    public Engine(
            DuckLakeSettings settings,
            @Nullable PostgresCatalog postgres,
            Storage storage,
            ErrorTranslator errors,
            Events events,
            String applicationName) {
        this.settings = settings;
        this.opener = new InstanceOpener(settings, postgres, storage, errors, applicationName);
        this.errors = errors;
        this.events = events;
    }

    /**
     * Opens, with the settings' retries.
     *
     * @throws DuckLakeException if it does not succeed
     */
    public void connect() {
        RetryPolicy policy = settings.connectionRetry();
        for (int attempt = 1; ; attempt++) {
            long started = System.nanoTime();
            try {
                use(openInTime(), started);
                return;
            } catch (DuckLakeException e) {
                boolean again = e.isRetryable() && attempt <= policy.maxRetries();
                failed(e, started, again);
                if (!again) {
                    throw e;
                }
                events.fire(new DuckLakeEvent.Retried(
                        settings.alias(), DuckLakeEvent.Operation.ATTACH, attempt, e.errorType()));
                if (!Waits.sleep(Waits.before(policy, attempt))) {
                    throw e;
                }
            }
        }
    }

    /** Opens in the background, again and again until it succeeds or this is closed. */
    public void connectInBackground() {
        synchronized (lock) {
            lastFailure = new EngineFailure(EngineFault.of(
                            FaultKind.UNAVAILABLE, "Unavailable", "08001", "the lake is not attached yet"))
                    .toException();
        }
        openUntilItSucceeds("datlake-" + settings.alias() + "-connect", System.nanoTime(), false);
    }

    private void openUntilItSucceeds(String threadName, long since, boolean replacing) {
        startInBackground(threadName, () -> {
            for (int attempt = 1; !isClosed(); attempt++) {
                long started = System.nanoTime();
                try {
                    use(openInTime(), started);
                    if (replacing) {
                        events.fire(new DuckLakeEvent.EngineReopened(settings.alias(), elapsed(since)));
                    }
                    return;
                } catch (DuckLakeException e) {
                    if (isClosed()) {
                        return;
                    }
                    failed(e, started, true);
                    if (isClosedWithin(Waits.before(Waits.RECONNECT, attempt))) {
                        return;
                    }
                }
            }
        });
    }

    private void startInBackground(String threadName, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } finally {
                        background.remove(Thread.currentThread());
                    }
                },
                threadName);
        thread.setDaemon(true);
        background.add(thread);
        thread.start();
    }

    /** ATTACH through a silent PostgreSQL never ends, so the wait for it does. */
    private OpenedInstance openInTime() {
        CompletableFuture<OpenedInstance> opened = new CompletableFuture<>();
        startInBackground("datlake-" + settings.alias() + "-open", () -> {
            try {
                OpenedInstance instance = opener.open();
                if (!opened.complete(instance)) {
                    instance.instance().close();
                }
            } catch (EngineFailure e) {
                opened.completeExceptionally(e.toException());
            } catch (RuntimeException | Error e) {
                opened.completeExceptionally(e);
            }
        });
        Duration limit = settings.connectionTimeout();
        try {
            return opened.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw errors.translateCause(e).toException();
        } catch (TimeoutException e) {
            EngineFault silent = EngineFault.of(
                    FaultKind.CATALOG_DOWN,
                    "Timeout",
                    "08001",
                    "the lake could not be attached within " + limit.toMillis()
                            + " ms: the catalog database or the storage is silent");
            return giveUp(opened, silent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return giveUp(opened, EngineFault.timeout("attaching the lake was interrupted"));
        }
    }

    private static OpenedInstance giveUp(CompletableFuture<OpenedInstance> opened, EngineFault fault) {
        DuckLakeException failure = new EngineFailure(fault).toException();
        if (opened.completeExceptionally(failure)) {
            throw failure;
        }
        return opened.join();
    }

    private void use(OpenedInstance opened, long started) {
        CompletableFuture<DuckDbInstance> waiting;
        synchronized (lock) {
            if (isClosed()) {
                opened.instance().close();
                throw closedFailure().toException();
            }
            current = opened.instance();
            protection = opened.protection();
            warnings = List.copyOf(opened.warnings());
            lastFailure = null;
            waiting = reopening;
            reopening = null;
        }
        if (waiting != null) {
            waiting.complete(opened.instance());
        }
        for (String warning : opened.warnings()) {
            LOG.atWarn().addKeyValue("ducklake.catalog", settings.alias()).log(warning);
        }
        LOG.atInfo()
                .addKeyValue("ducklake.catalog", settings.alias())
                .addKeyValue("duration_ms", elapsed(started).toMillis())
                .log(opened.created() ? "lake created and attached" : "lake attached");
        events.fire(new DuckLakeEvent.Attached(settings.alias(), elapsed(started), opened.created()));
    }

    private void failed(DuckLakeException failure, long started, boolean willRetry) {
        synchronized (lock) {
            lastFailure = failure;
        }
        if (willRetry) {
            LOG.atWarn()
                    .addKeyValue("ducklake.catalog", settings.alias())
                    .log("attaching failed and is tried again: {}", failure.getMessage());
        }
        events.fire(new DuckLakeEvent.AttachFailed(settings.alias(), elapsed(started), failure, willRetry));
    }

    /**
     * Returns the instance; waits for it while it is being replaced.
     *
     * @throws EngineFailure if it is closed, was never attached, or is not replaced by the deadline
     */
    public DuckDbInstance instance(Deadline deadline) throws EngineFailure {
        DuckDbInstance instance = current;
        if (instance != null) {
            return instance;
        }
        CompletableFuture<DuckDbInstance> waiting;
        synchronized (lock) {
            if (current != null) {
                return current;
            }
            if (isClosed()) {
                throw closedFailure();
            }
            if (reopening == null) {
                throw new EngineFailure(notAttached());
            }
            waiting = reopening;
        }
        try {
            return waiting.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw closedFailure();
        } catch (TimeoutException e) {
            throw new EngineFailure(EngineFault.timeout("the engine was not replaced within the call's deadline"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineFailure(EngineFault.timeout("the call was interrupted"));
        }
    }

    private EngineFault notAttached() {
        DuckLakeException failure = lastFailure;
        String why = failure == null ? "" : ": " + failure.getMessage();
        return EngineFault.of(FaultKind.UNAVAILABLE, "Unavailable", "08001", "the lake is not attached" + why);
    }

    private static EngineFailure closedFailure() {
        return new EngineFailure(EngineFault.closed("the client is closed"));
    }

    /** Takes notice of a failure on an instance, and replaces the instance when it is broken. */
    public void report(DuckDbInstance instance, EngineFault fault) {
        CatalogPool pool = instance.pool();
        if (pool != null && fault.kind() == FaultKind.CATALOG_DOWN) {
            pool.check(settings.engine().duckDbSettings());
        }
        boolean broken = fault.kind() == FaultKind.ENGINE_FATAL
                || (fault.kind() == FaultKind.ENGINE_SUSPECT && !instance.answers());
        if (!broken) {
            return;
        }
        synchronized (lock) {
            if (current != instance || isClosed()) {
                return;
            }
            current = null;
            reopening = new CompletableFuture<>();
        }
        LOG.atError()
                .addKeyValue("ducklake.catalog", settings.alias())
                .log("the DuckDB instance is broken and is replaced: {}", fault.message());
        startInBackground("datlake-" + settings.alias() + "-discard", instance::discard);
        openUntilItSucceeds("datlake-" + settings.alias() + "-reopen", System.nanoTime(), true);
    }

    /** Keeps the engine from deleting files; to be called before writing, and now and then. */
    public void protectFiles() {
        FileProtection files = protection;
        if (files == null) {
            return;
        }
        files.ensure(KEY_PATIENCE).ifPresent(warning -> {
            if (!warnings.contains(warning)) {
                warnings = Stream.concat(warnings.stream(), Stream.of(warning)).toList();
                LOG.atWarn().addKeyValue("ducklake.catalog", settings.alias()).log(warning);
            }
        });
    }

    /** Returns how many sessions are open. */
    public int openSessions() {
        DuckDbInstance instance = current;
        return instance == null ? 0 : instance.openSessions();
    }

    /** Returns what an operator should know. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns why the last attempt to attach failed, or null when it succeeded. */
    public @Nullable DuckLakeException lastFailure() {
        synchronized (lock) {
            return lastFailure;
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean isClosedWithin(Duration duration) {
        try {
            return closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /**
     * Closes the instance and waits for what is under way in the background, so that nobody writes to catalog or
     * storage afterwards. Blocks while the engine waits for I/O, until interrupted.
     */
    @Override
    public void close() {
        DuckDbInstance instance;
        CompletableFuture<DuckDbInstance> waiting;
        synchronized (lock) {
            closed.countDown();
            instance = current;
            current = null;
            waiting = reopening;
        }
        if (waiting != null) {
            waiting.completeExceptionally(closedFailure());
        }
        if (instance != null) {
            instance.close();
        }
        try {
            for (Thread thread : background) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
