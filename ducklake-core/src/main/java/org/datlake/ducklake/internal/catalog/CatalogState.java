package org.datlake.ducklake.internal.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a catalog.
 *
 * @param exists whether there is a DuckLake catalog at all
 * @param options DuckLake's options of global scope
 * @param scopedInlining whether a schema or table has an inlining limit of its own that is not 0
 */
public record CatalogState(boolean exists, Map<String, String> options, boolean scopedInlining) {

    /** No catalog. */
    public static final CatalogState EMPTY = new CatalogState(false, Map.of(), false);

    /** Returns the format version as it stands there, or {@code (none)}. */
    public String version() {
        return options.getOrDefault("version", "(none)");
    }

    /** Says whether data files are encrypted. */
    public boolean encrypted() {
        return Boolean.parseBoolean(options.get("encrypted"));
    }

    /** Returns where data files live, or null where it does not say. */
    public @Nullable String dataPath() {
        return options.get("data_path");
    }

    /** Returns the inlining limit that is stored with the catalog and beats the one of the connection. */
    public Optional<String> storedInliningLimit() {
        return Optional.ofNullable(options.get("data_inlining_row_limit"));
    }
}
