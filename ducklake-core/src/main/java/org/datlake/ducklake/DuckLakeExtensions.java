package org.datlake.ducklake;

import java.nio.file.Path;
import java.util.List;
import org.datlake.ducklake.internal.engine.Extensions;

/** The DuckDB extensions that lakes need. A client finds or installs them by itself; this does it ahead of time. */
public final class DuckLakeExtensions {

    /** The version of DuckDB that this library runs, and that extensions must match exactly. */
    public static final String ENGINE_VERSION = Extensions.ENGINE_VERSION;

    private DuckLakeExtensions() {}

    /**
     * Finds all extensions that any lake may need, installs those that are missing where the settings allow it, and
     * checks that they are the ones this library was tested with.
     *
     * @return their files
     * @throws ExtensionException if one is missing, damaged or of another version; the message lists what was tried
     */
    public static List<Path> install(EngineSettings settings) {
        Extensions extensions = new Extensions(settings);
        return Extensions.all().stream().map(extensions::find).toList();
    }
}
