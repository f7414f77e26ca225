package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.HealthReport;
import org.datlake.ducklake.HealthReport.Part;
import org.datlake.ducklake.HealthReport.Status;

/**
 * Health in the form of MicroProfile Health. Liveness says that the process answers and nothing else, for a restart
 * mends neither PostgreSQL nor S3; readiness says whether requests should be sent here. While only the storage is down
 * they should: small writes and what is inlined still work, and no other replica can do more.
 */
final class HealthRoutes {

    private final DuckLakeClient lake;
    private final AtomicBoolean draining;
    private final boolean withReasons;
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * Makes the routes.
     *
     * @param withReasons whether callers, who need no token, are told more than the kind of an error
     */
    HealthRoutes(DuckLakeClient lake, AtomicBoolean draining, boolean withReasons) {
        this.lake = lake;
        this.draining = draining;
        this.withReasons = withReasons;
    }

    void register(RoutesConfig routes) {
        routes.get("/health", this::ready);
        routes.get("/health/ready", this::ready);
        routes.get("/readyz", this::ready);
        routes.get("/health/live", this::live);
        routes.get("/livez", this::live);
        routes.get("/health/started", this::started);
    }

    private void live(Context context) {
        answer(context, State.READY, List.of(check("process", true, Map.of())));
    }

    private void ready(Context context) {
        HealthReport report = lake.health();
        List<Check> checks = new ArrayList<>();
        checks.add(check("server", !draining.get(), draining.get() ? Map.of("reason", "shutting down") : Map.of()));
        for (Part part : report.parts()) {
            checks.add(check(part.name(), part.status() == Status.UP, data(part)));
        }
        answer(context, draining.get() ? State.DOWN : State.of(report.status()), checks);
    }

    /** True once the lake was attached, and then for ever: what happens later is readiness. */
    private void started(Context context) {
        if (!started.get() && lake.health().part("engine").stream().anyMatch(part -> part.status() == Status.UP)) {
            started.set(true);
        }
        answer(context, started.get() ? State.READY : State.DOWN, List.of(check("attached", started.get(), Map.of())));
    }

    private Map<String, Object> data(Part part) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("ms", part.took().toMillis());
        part.lastError().ifPresent(error -> data.put("lastError", error));
        if (withReasons) {
            part.reason().ifPresent(reason -> data.put("reason", reason));
        }
        return data;
    }

    private static Check check(String name, boolean up, Map<String, Object> data) {
        return new Check(name, up ? "UP" : "DOWN", data);
    }

    private static void answer(Context context, State state, List<Check> checks) {
        boolean up = state != State.DOWN;
        context.status(up ? 200 : 503).json(new Health(up ? "UP" : "DOWN", state.word, checks));
    }

    /** What can be expected of the server. */
    private enum State {
        READY("ready"),
        DEGRADED("degraded"),
        DOWN("down");

        private final String word;

        State(String word) {
            this.word = word;
        }

        static State of(Status status) {
            return switch (status) {
                case UP -> READY;
                case DEGRADED -> DEGRADED;
                case DOWN -> DOWN;
            };
        }
    }

    private record Health(String status, String state, List<Check> checks) {}

    private record Check(String name, String status, Map<String, Object> data) {}
}
