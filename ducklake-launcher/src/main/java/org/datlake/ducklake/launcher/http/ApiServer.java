package org.datlake.ducklake.launcher.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.json.JavalinJackson3;
import io.javalin.util.JavalinBindException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.datlake.ducklake.launcher.Monitoring;
import org.datlake.ducklake.launcher.access.AccessControl;
import org.datlake.ducklake.launcher.tls.ServerIdentity;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP server. */
public final class ApiServer {

    /** What is left to Javalin: bodies that nobody asks for. */
    private static final long MOST_BODY_BYTES = 1L << 20;

    private static final int MOST_READS = 32;
    private static final int PART_OF_HEAP_FOR_BODIES = 8;
    private static final int MOST_LARGE_BODIES = 32;

    private final Set<String> routes = new TreeSet<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final DuckLakeConfig config;
    private final DuckLakeClient lake;
    private final Monitoring monitoring;
    private final @Nullable ServerIdentity identity;
    private final Path spoolDirectory;
    private final RowAnswers answers;
    private final ChangeEvents changeEvents;
    private final Javalin server;

    /**
     * Makes a server that does not listen yet.
     *
     * @throws org.datlake.ducklake.ConfigurationException if its certificate cannot be used
     */
    public ApiServer(DuckLakeConfig config, DuckLakeClient lake, Monitoring monitoring) {
        this(config, lake, monitoring, AnswerStream.PATIENCE);
    }

    /** Makes one with another patience for clients that take their answers slowly. */
    ApiServer(DuckLakeConfig config, DuckLakeClient lake, Monitoring monitoring, Duration patience) {
        this.config = config;
        this.lake = lake;
        this.monitoring = monitoring;
        this.identity = config.serverTls().map(ServerIdentity::new).orElse(null);
        this.spoolDirectory =
                lake.settings().engine().tempDirectory().orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
        this.answers = new RowAnswers(config.queryLimits(), spoolDirectory, patience);
        this.changeEvents = new ChangeEvents(
                lake, config.queryLimits().timeout(), JsonMapper.builder().build());
        this.server = Javalin.create(this::configure);
    }

    private void configure(JavalinConfig javalin) {
        JsonMapper json = JsonMapper.builder()
                .enable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        javalin.jsonMapper(new JavalinJackson3(json, false));
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.http.maxRequestSize = MOST_BODY_BYTES;
        javalin.http.prefer405over404 = true;
        javalin.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(16 * 1024);
        });
        Problems problems = new Problems(json);
        javalin.jetty.modifyServer(jetty -> {
            jetty.insertHandler(new GracefulHandler());
            jetty.setErrorHandler(new ProtocolErrors(problems));
        });
        if (identity != null) {
            javalin.jetty.addConnector(
                    (jetty, http) -> identity.connector(jetty, http, config.serverHost(), config.serverPort()));
        }
        javalin.events.handlerAdded(added -> {
            if (added.getHttpMethod().isHttpMethod()) {
                routes.add(added.getHttpMethod() + " " + added.getPath());
            }
        });
        new RequestLog(new RequestTraces(monitoring.tracing())).register(javalin.routes);
        AccessControl access = new AccessControl(config);
        new HealthRoutes(lake, draining, config.environment() != Environment.PRODUCTION).register(javalin.routes);
        Places reads = new Places(MOST_READS, "reads of the catalog");
        Bodies bodies = new Bodies(new BodyRoom(
                spoolDirectory, Runtime.getRuntime().maxMemory() / PART_OF_HEAP_FOR_BODIES, MOST_LARGE_BODIES));
        new ConfigRoutes(lake, config, reads).register(javalin.routes, access);
        new MetricsRoutes(lake, monitoring).register(javalin.routes, access);
        new TableRoutes(lake, reads).register(javalin.routes, access);
        new RowRoutes(lake, bodies, reads).register(javalin.routes, access);
        new ChangeRoutes(lake, answers, changeEvents).register(javalin.routes, access);
        if (config.features().queryApi()) {
            new QueryRoutes(lake, bodies, answers).register(javalin.routes, access);
        }
        new OpenApiRoute().register(javalin.routes);
        problems.register(javalin.routes);
    }

    /** Returns method and path of all that is answered. */
    Set<String> routes() {
        return Set.copyOf(routes);
    }

    /**
     * Starts to listen.
     *
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public void start() {
        try {
            server.start(config.serverHost(), config.serverPort());
        } catch (JavalinBindException e) {
            forgetIdentity();
            BindException failure = new BindException(config.serverHost() + ":" + config.serverPort()
                    + " cannot be listened on: another program may do so, or the address is not this machine's; see "
                    + "SERVER_HOST and SERVER_PORT");
            failure.initCause(e);
            throw new UncheckedIOException(failure);
        }
    }

    /** Says whether it speaks HTTPS. */
    public boolean isSecure() {
        return identity != null;
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.port();
    }

    /** Makes readiness say DOWN, so that no new requests are sent here; those that come are still answered. */
    public void drain() {
        draining.set(true);
        changeEvents.stop();
    }

    /**
     * Stops to listen, and waits for requests that are being answered.
     *
     * @param patience how long; those that take longer are cut off
     */
    public void close(Duration patience) {
        // Jetty waits for no request at all when this is zero.
        server.jettyServer().server().setStopTimeout(Math.max(1, patience.toMillis()));
        server.stop();
        answers.close();
        forgetIdentity();
    }

    private void forgetIdentity() {
        if (identity != null) {
            identity.close();
        }
    }
}
