package org.datlake.ducklake.launcher;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
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

    private static final Duration DRAIN = Duration.ofSeconds(20);

    private final DuckLakeConfig config;
    private final DuckLakeClient lake;
    private final ApiServer http;
    private final @Nullable BridgeServer bridge;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private DuckLakeServer(DuckLakeConfig config, DuckLakeClient lake, ApiServer http, @Nullable BridgeServer bridge) {
        this.config = config;
        this.lake = lake;
        this.http = http;
        this.bridge = bridge;
    }

    /** Starts. Returns when HTTP is served, whatever the state of the lake. */
    public static DuckLakeServer start(DuckLakeConfig config) {
        for (String warning : config.warnings()) {
            LOG.warn(warning);
        }
        Monitoring monitoring = new Monitoring(config.features());
        DuckLakeSettings.Builder settings = config.toSettingsBuilder();
        monitoring.listen(settings);
        DuckLakeClient lake = DuckLakeClient.connectInBackground(settings.build());
        monitoring.observe(lake);
        ApiServer http = new ApiServer(config, lake, monitoring);
        try {
            http.start();
        } catch (RuntimeException e) {
            lake.close(Duration.ZERO);
            throw e;
        }
        BridgeServer bridge = lake.settings().catalog() instanceof CatalogSettings.DuckDbFile file
                ? BridgeServer.start(file.file(), lake)
                : null;
        LOG.atInfo()
                .addKeyValue("version", LauncherVersion.text())
                .addKeyValue("address", config.serverHost() + ":" + http.port())
                .log("listening");
        return new DuckLakeServer(config, lake, http, bridge);
    }

    /** Returns the client. */
    public DuckLakeClient lake() {
        return lake;
    }

    /** Returns the URL that the server can be reached at from this machine. */
    public String url() {
        String host = config.serverHost().equals("0.0.0.0") ? "localhost" : config.serverHost();
        return "http://" + (host.equals("127.0.0.1") ? "localhost" : host) + ":" + http.port();
    }

    /** Waits until the server has been closed. */
    public void awaitEnd() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops as Kubernetes wants it: not ready any more, a moment for others to notice, no new requests, those under
     * way to their end, then the lake.
     */
    @Override
    public void close() {
        LOG.info("stopping: not ready any more");
        http.drain();
        if (config.environment() == DuckLakeConfig.Environment.PRODUCTION) {
            pause(NOTICE);
        }
        http.close();
        if (bridge != null) {
            bridge.close();
        }
        lake.close(DRAIN);
        LOG.info("stopped");
        stopped.countDown();
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
