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
 * mends neither PostgreSQL nor S3; readiness says whether requests can be served.
 */
final class HealthRoutes {

    private final DuckLakeClient lake;
    private final AtomicBoolean draining;
    private final AtomicBoolean started = new AtomicBoolean();

    HealthRoutes(DuckLakeClient lake, AtomicBoolean draining) {
        this.lake = lake;
        this.draining = draining;
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
        answer(context, List.of(check("process", true, Map.of())));
    }

    private void ready(Context context) {
        HealthReport report = lake.health();
        List<Check> checks = new ArrayList<>();
        checks.add(check("server", !draining.get(), draining.get() ? Map.of("reason", "shutting down") : Map.of()));
        for (Part part : report.parts()) {
            checks.add(check(part.name(), part.status() == Status.UP, data(part)));
        }
        answer(context, checks);
    }

    /** True once the lake was attached, and then for ever: what happens later is readiness. */
    private void started(Context context) {
        if (!started.get() && lake.health().part("engine").stream().anyMatch(part -> part.status() == Status.UP)) {
            started.set(true);
        }
        answer(context, List.of(check("attached", started.get(), Map.of())));
    }

    private static Map<String, Object> data(Part part) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("ms", part.took().toMillis());
        part.reason().ifPresent(reason -> data.put("reason", reason));
        return data;
    }

    private static Check check(String name, boolean up, Map<String, Object> data) {
        return new Check(name, up ? "UP" : "DOWN", data);
    }

    private static void answer(Context context, List<Check> checks) {
        boolean up = checks.stream().allMatch(check -> check.status().equals("UP"));
        context.status(up ? 200 : 503).json(new Health(up ? "UP" : "DOWN", checks));
    }

    private record Health(String status, List<Check> checks) {}

    private record Check(String name, String status, Map<String, Object> data) {}
}
