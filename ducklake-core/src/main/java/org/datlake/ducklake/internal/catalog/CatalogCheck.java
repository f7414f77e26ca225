package org.datlake.ducklake.internal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.datlake.ducklake.CatalogVersionException;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeSettings;

/** Compares a catalog with the settings; whatever differs is refused before anything is written. */
public final class CatalogCheck {

    /** The format version that the engine of this library writes. */
    public static final String FORMAT_VERSION = "1.0";

    private static final List<String> MIGRATABLE = List.of("0.1", "0.2", "0.3-dev1", "0.3", "0.4-dev1", "0.4");

    private CatalogCheck() {}

    /** Says whether the catalog must be migrated, which the settings allow. */
    public static boolean needsMigration(CatalogState state) {
        return state.exists() && !state.version().equals(FORMAT_VERSION);
    }

    /**
     * Compares.
     *
     * @throws CatalogVersionException if the format version is another one and no migration was asked for or possible
     * @throws ConfigurationException with all other differences
     */
    public static void check(CatalogState state, DuckLakeSettings settings) {
        if (!state.exists()) {
            return;
        }
        checkVersion(state.version(), settings.migrateCatalog());
        List<String> problems = new ArrayList<>();
        checkEncryption(state, settings, problems);
        checkDataPath(state, settings, problems);
        checkInlining(state, settings, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private static void checkVersion(String found, boolean migrate) {
        if (found.equals(FORMAT_VERSION)) {
            return;
        }
        boolean canMigrate = MIGRATABLE.contains(found);
        if (canMigrate && migrate) {
            return;
        }
        String advice = canMigrate
                ? "it is older: save it, then connect once with migrateCatalog(true)"
                : found.matches("\\d+\\.\\d+.*")
                        ? "it is newer, or unknown: use a version of this library that knows it; it was left as it is"
                        : "this is not the version of a DuckLake catalog; it was left as it is";
        throw new CatalogVersionException(
                "the catalog has DuckLake format version '" + shortened(found) + "', this library writes "
                        + FORMAT_VERSION + ": " + advice,
                found,
                FORMAT_VERSION,
                canMigrate);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static void checkEncryption(CatalogState state, DuckLakeSettings settings, List<String> problems) {
        if (state.encrypted() != settings.encrypted()) {
            problems.add(
                    "the lake was created " + (state.encrypted() ? "encrypted" : "unencrypted")
                            + ", the settings say encrypted=" + settings.encrypted()
                            + "; this is decided at creation: change the setting, or use another metadata schema for a new lake");
        }
    }

    private static void checkDataPath(CatalogState state, DuckLakeSettings settings, List<String> problems) {
        String stored = state.dataPath();
        String wanted = settings.storage().dataPath();
        if (stored != null && !normalized(stored).equals(normalized(wanted))) {
            problems.add("the lake's data files live in '" + stored + "', the settings say '" + wanted
                    + "'; change the setting, or use another metadata schema for a new lake");
        }
    }

    private static String normalized(String path) {
        return path.replaceAll("/+$", "");
    }

    private static void checkInlining(CatalogState state, DuckLakeSettings settings, List<String> problems) {
        int wanted = settings.dataInliningRowLimit();
        Optional<String> stored = state.storedInliningLimit();
        if (stored.isPresent() && !stored.get().equals(String.valueOf(wanted))) {
            problems.add("the lake's stored option data_inlining_row_limit=" + stored.get() + " beats the setting "
                    + wanted + "; make them equal, or reset the option");
        }
        if (settings.encryptionStrict() && state.scopedInlining()) {
            problems.add("strict encryption allows no inlining, but a schema or table of the lake has its own "
                    + "data_inlining_row_limit; set it to 0");
        }
    }
}
