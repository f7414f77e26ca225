package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.launcher.access.AccessControl;
import org.jspecify.annotations.Nullable;

/** The lake's tables and snapshots. */
final class TableRoutes {

    private static final int MOST_SNAPSHOTS = 1000;

    private final DuckLakeClient lake;
    private final Places reads;

    TableRoutes(DuckLakeClient lake, Places reads) {
        this.lake = lake;
        this.reads = reads;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.get("/api/v1/tables", access.reading(reads.limited(this::tables)));
        routes.get("/api/v1/tables/{schema}/{table}", access.reading(reads.limited(this::table)));
        routes.get("/api/v1/snapshots", access.reading(reads.limited(this::snapshots)));
    }

    private void tables(Context context) {
        context.json(new Tables(lake.tables()));
    }

    private void table(Context context) {
        String schema = context.pathParam("schema");
        String name = context.pathParam("table");
        context.json(lake.table(schema, name)
                .orElseThrow(() -> new HttpResponseException(404, "there is no table with this schema and name")));
    }

    private void snapshots(Context context) {
        Long after = ChangeRoutes.number(context.queryParam("after"), "after");
        Long limit = ChangeRoutes.number(context.queryParam("limit"), "limit");
        if (limit != null && (limit < 1 || limit > MOST_SNAPSHOTS)) {
            throw new HttpResponseException(400, "'limit' is a whole number from 1 to " + MOST_SNAPSHOTS);
        }
        int most = limit == null ? MOST_SNAPSHOTS : limit.intValue();
        List<Snapshot> page = lake.snapshots(after == null ? -1 : after, most);
        context.json(new Snapshots(
                page, page.size() < most ? null : page.get(most - 1).id()));
    }

    private record Tables(List<TableInfo> tables) {}

    /**
     * A page of snapshots.
     *
     * @param snapshots the oldest first
     * @param next what to ask for with 'after', or null at the end
     */
    private record Snapshots(
            List<Snapshot> snapshots, @Nullable Long next) {}
}
