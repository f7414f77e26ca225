package org.datlake.ducklake.internal.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.ExtensionException;

/** Finds the DuckDB extensions that a lake needs; installs them when they are missing and that is allowed. */
public final class Extensions {

    /** The engine's version; extensions must match it exactly. */
    public static final String ENGINE_VERSION = "v1.5.5";

    private final EngineSettings settings;
    private final Path directory;
    private final String platform;

    /** Makes a finder for the engine's version on this platform. */
    public Extensions(EngineSettings settings) {
        this.settings = settings;
        this.directory = settings.extensionDirectory()
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".duckdb", "extensions"));
        this.platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * Returns the extensions that a lake needs. httpfs is needed for encrypted files on local disks too: it brings the
     * fast and checked cipher.
     */
    public static List<String> neededBy(DuckLakeSettings settings) {
        return settings.catalog() instanceof CatalogSettings.Postgres
                ? List.of("ducklake", "httpfs", "postgres_scanner")
                : List.of("ducklake", "httpfs");
    }

    /** Returns all extensions that any lake may need. */
    public static List<String> all() {
        return List.of("ducklake", "httpfs", "postgres_scanner");
    }

    /**
     * Returns an extension's file, which is checked.
     *
     * @throws ExtensionException if it is missing, damaged or another version; the message lists what was tried
     */
    public Path find(String name) {
        ExtensionFile extension = ExtensionFile.in(directory, ENGINE_VERSION, platform, name);
        if (!extension.exists()) {
            install(name, extension);
        }
        extension.verify();
        return extension.file();
    }

    private void install(String name, ExtensionFile extension) {
        List<String> tried = new ArrayList<>();
        tried.add(extension.file() + ": not there");
        if (settings.installExtensions()) {
            tried.addAll(new ExtensionInstaller(directory, ENGINE_VERSION, settings.extensionRepository())
                    .install(name, extension));
        } else {
            tried.add("installing: switched off by the settings");
        }
        if (!extension.exists()) {
            throw new ExtensionException("the DuckDB extension '" + name + "' " + ENGINE_VERSION + " for " + platform
                    + " was not found. Tried:\n  - " + String.join("\n  - ", tried)
                    + "\nTo mend it, run 'ducklake extensions install' where a network is, copy the file to the first "
                    + "place, or name a mirror as the extension repository.");
        }
    }

    /** Returns the directory that extensions are looked for in. */
    public Path directory() {
        return directory;
    }

    /** Returns DuckDB's name of a platform. */
    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String arch = osArch.toLowerCase(Locale.ROOT);
        String system = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "osx" : "linux";
        return system + "_" + (arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "amd64");
    }
}
