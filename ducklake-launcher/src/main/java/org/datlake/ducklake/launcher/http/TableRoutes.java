package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.launcher.access.AccessControl;

/** The lake's tables and snapshots. */
final class TableRoutes {

    private final DuckLakeClient lake;

    TableRoutes(DuckLakeClient lake) {
        this.lake = lake;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.get("/api/v1/tables", access.reading(context -> context.json(new Tables(lake.tables()))));
        routes.get("/api/v1/tables/{schema}/{table}", access.reading(this::table));
        routes.get("/api/v1/snapshots", access.reading(context -> context.json(new Snapshots(lake.snapshots()))));
    }

    private void table(Context context) {
        String schema = context.pathParam("schema");
        String name = context.pathParam("table");
        context.json(lake.tables().stream()
                .filter(table -> table.schema().equals(schema) && table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HttpResponseException(404, "there is no table with this schema and name")));
    }

    private record Tables(List<TableInfo> tables) {}

    private record Snapshots(List<Snapshot> snapshots) {}
}
