package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.LakeInfo;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.launcher.LauncherVersion;
import org.datlake.ducklake.launcher.access.AccessControl;

/** What the server runs with: its settings and where they come from, and what the lake says about itself. */
final class ConfigRoutes {

    private final DuckLakeClient lake;
    private final DuckLakeConfig config;
    private final Places reads;

    ConfigRoutes(DuckLakeClient lake, DuckLakeConfig config, Places reads) {
        this.lake = lake;
        this.config = config;
        this.reads = reads;
    }

    void register(RoutesConfig routes, AccessControl access) {
        routes.get("/config/summary", access.operating(this::summary));
        routes.get("/config/ducklake", access.operating(reads.limited(this::ducklake)));
    }

    private void summary(Context context) {
        List<Setting> settings = config.effectiveValues().stream()
                .map(value ->
                        new Setting(value.name(), value.value(), value.source().label()))
                .toList();
        context.json(new Summary(
                LauncherVersion.text(),
                config.environment().name().toLowerCase(Locale.ROOT),
                config.features(),
                settings,
                config.warnings()));
    }

    private void ducklake(Context context) {
        List<TableInfo> tables = lake.tables();
        context.json(new Lake(
                lake.info(),
                tables.size(),
                tables.stream().map(ConfigRoutes::path).toList()));
    }

    private static String path(TableInfo table) {
        return table.schema() + "." + table.name();
    }

    private record Summary(
            String version,
            String environment,
            DuckLakeConfig.Features features,
            List<Setting> settings,
            List<String> warnings) {}

    private record Setting(String name, String value, String source) {}

    private record Lake(LakeInfo lake, int tableCount, List<String> tables) {}
}
