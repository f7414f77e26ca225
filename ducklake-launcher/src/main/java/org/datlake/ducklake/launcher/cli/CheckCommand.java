package org.datlake.ducklake.launcher.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeExtensions;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.ExtensionException;
import org.datlake.ducklake.HealthReport.Part;
import org.datlake.ducklake.HealthReport.Status;
import org.datlake.ducklake.LakeInfo;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.config.EffectiveValue;
import picocli.CommandLine.Command;

/** {@code ducklake check}. */
@Command(
        name = "check",
        description = "Validates the configuration and tries everything that the backend will need.",
        footer = {"", "Exit codes: 0 all well, 1 something does not work, 2 the configuration is wrong."})
final class CheckCommand implements Callable<Integer> {

    private final TextTable table = new TextTable().add(List.of("CHECK", "RESULT", "DETAIL"));
    private boolean failed;

    @Override
    public Integer call() {
        DuckLakeConfig config = DuckLakeConfigLoader.ofProcess().load();
        ok("configuration", given(config) + " settings given, the rest by default");
        DuckLakeSettings settings = config.toSettingsBuilder()
                .connectionRetry(RetryPolicy.ofConnectionRetries(0))
                .build();
        List<String> warnings = new ArrayList<>(config.warnings());
        if (checkExtensions(settings)) {
            checkLake(settings, warnings);
        }
        System.out.print(table.render());
        warnings.stream().distinct().forEach(warning -> System.out.println("warning: " + warning));
        return failed ? DuckLakeCommand.FAILED : 0;
    }

    private static long given(DuckLakeConfig config) {
        return config.effectiveValues().stream()
                .filter(value -> value.source() != EffectiveValue.Source.DEFAULT
                        && value.source() != EffectiveValue.Source.DERIVED)
                .count();
    }

    private boolean checkExtensions(DuckLakeSettings settings) {
        try {
            ok(
                    "extensions",
                    DuckLakeExtensions.install(settings.engine()).size() + " for DuckDB "
                            + DuckLakeExtensions.ENGINE_VERSION + ", checked");
            return true;
        } catch (ExtensionException e) {
            bad("extensions", e);
            return false;
        }
    }

    private void checkLake(DuckLakeSettings settings, List<String> warnings) {
        try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
            LakeInfo info = lake.info();
            ok("catalog", info.catalogType() + ", DuckLake format " + info.formatVersion());
            ok("storage", info.dataPath() + ", written, read, listed and cleaned");
            ok(
                    "lake",
                    "'" + info.alias() + "', " + (info.encrypted() ? "encrypted" : "not encrypted") + ", "
                            + lake.tables().size() + " tables, snapshot " + info.snapshotId());
            warnings.addAll(info.warnings());
        } catch (DuckLakeException e) {
            checkParts(settings);
            bad("lake", e);
        }
    }

    /** The first failure hides others; each part is asked by itself. */
    private void checkParts(DuckLakeSettings settings) {
        try (DuckLakeClient lake = DuckLakeClient.connectInBackground(settings)) {
            for (Part part : lake.health().parts()) {
                if (!part.name().equals("engine")) {
                    boolean up = part.status() == Status.UP;
                    add(part.name(), up ? "ok" : "FAILED", part.reason().orElse("answers"));
                    failed |= !up;
                }
            }
            lake.close(Duration.ZERO);
        }
    }

    private void ok(String check, String detail) {
        add(check, "ok", detail);
    }

    private void bad(String check, DuckLakeException failure) {
        failed = true;
        add(check, "FAILED", String.valueOf(failure.getMessage()));
    }

    private void add(String check, String result, String detail) {
        table.add(List.of(check, result, detail.replace("\n", " ")));
    }
}
