package org.datlake.ducklake.launcher;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeListener;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.launcher.bridge.BridgeServer;
import org.datlake.ducklake.launcher.http.ApiServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running backend: client, HTTP server, and, for a lake in a file, the bridge for the command line. Starts while
 * catalog or storage are still down and becomes ready when they come.
 */
public final class DuckLakeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DuckLakeServer.class);

    /** How long load balancers may take to notice that this server is no longer ready. */
    private static final Duration NOTICE = Duration.ofSeconds(2);

    /** In all, with the notice: Kubernetes kills after 30 seconds, unless told otherwise. */
    private static final Duration STOPPING = Duration.ofSeconds(25);

    /** What is left for the lake when requests have used up their time. */
    private static final Duration LEAST_FOR_LAKE = Duration.ofSeconds(3);

    /** What monitoring may take after all that. */
    private static final Duration LONGEST_FOR_MONITORING = Duration.ofSeconds(2);

    private final DuckLakeConfig config;
    private final DuckLakeClient lake;
    private final ApiServer http;
    private final @Nullable BridgeServer bridge;
    private final Monitoring monitoring;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private DuckLakeServer(
            DuckLakeConfig config,
            DuckLakeClient lake,
            ApiServer http,
            @Nullable BridgeServer bridge,
            Monitoring monitoring) {
        this.config = config;
        this.lake = lake;
        this.http = http;
        this.bridge = bridge;
        this.monitoring = monitoring;
    }

    /** Starts. Returns when HTTP is served, whatever the state of the lake. */
    public static DuckLakeServer start(DuckLakeConfig config) {
        return start(config, event -> {});
    }

    /** Starts with one more listener to what the client does. */
    static DuckLakeServer start(DuckLakeConfig config, DuckLakeListener listener) {
        for (String warning : config.warnings()) {
            LOG.warn(warning);
        }
        Monitoring monitoring = new Monitoring(config);
        CountDownLatch attached = new CountDownLatch(1);
        DuckLakeSettings.Builder settings = config.toSettingsBuilder().listener(listener);
        settings.listener(event -> {
            if (event instanceof DuckLakeEvent.Attached) {
                attached.countDown();
            }
        });
        monitoring.listen(settings);
        DuckLakeClient lake = DuckLakeClient.connectInBackground(settings.build());
        try {
            monitoring.observe(lake);
            ApiServer http = new ApiServer(config, lake, monitoring);
            http.start();
            BridgeServer bridge = lake.settings().catalog() instanceof CatalogSettings.DuckDbFile file
                    ? new BridgeServer(file.file(), lake)
                    : null;
            DuckLakeServer server = new DuckLakeServer(config, lake, http, bridge, monitoring);
            server.finishOnce(attached);
            LOG.atInfo()
                    .addKeyValue("version", LauncherVersion.text())
                    .addKeyValue("url", server.url())
                    .log("listening");
            return server;
        } catch (RuntimeException e) {
            lake.close(Duration.ZERO);
            monitoring.close();
            throw e;
        }
    }

    /** Adds what needs an attached lake, whenever that will be. */
    private void finishOnce(CountDownLatch attached) {
        Thread thread = new Thread(
                () -> {
                    try {
                        attached.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                    if (bridge != null) {
                        bridge.open();
                    }
                    monitoring.observeMemory(lake);
                },
                "ducklake-attached");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the client. */
    public DuckLakeClient lake() {
        return lake;
    }

    /** Returns the URL that the server can be reached at from this machine. */
    public String url() {
        String host = config.serverHost();
        boolean local = host.equals("127.0.0.1") || host.equals("0.0.0.0") || host.equals("::");
        String name = local ? "localhost" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return (http.isSecure() ? "https://" : "http://") + name + ":" + http.port();
    }

    /** Waits until the server has been closed. */
    public void awaitEnd() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops as Kubernetes wants it: not ready any more, a moment for others to notice, no new requests, those under
     * way to their end, then the lake. Takes less than half a minute; further calls do nothing.
     */
    @Override
    public void close() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        long until = System.nanoTime() + STOPPING.toNanos();
        LOG.info("stopping: not ready any more");
        http.drain();
        if (config.environment() == DuckLakeConfig.Environment.PRODUCTION) {
            pause(NOTICE);
        }
        if (bridge != null) {
            bridge.close();
        }
        http.close(remaining(until).minus(LEAST_FOR_LAKE));
        lake.close(remaining(until));
        closeMonitoring();
        LOG.info("stopped");
        stopped.countDown();
    }

    /** What is gathered there goes to a server of someone else, which may be silent. */
    private void closeMonitoring() {
        Thread closing = new Thread(monitoring::close, "ducklake-monitoring-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(LONGEST_FOR_MONITORING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration remaining(long until) {
        return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
