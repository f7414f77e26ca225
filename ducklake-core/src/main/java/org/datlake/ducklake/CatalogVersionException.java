package org.datlake.ducklake;

/**
 * The catalog has a DuckLake format version that this library's engine does not write. Nothing was changed in it.
 */
public class CatalogVersionException extends CatalogException {

    private static final long serialVersionUID = 1L;

    private final String found;
    private final String needed;
    private final boolean canMigrate;

    /**
     * Creates an exception.
     *
     * @param message what was found and what to do
     * @param found the version in the catalog, as it stands there
     * @param needed the version this library writes
     * @param canMigrate whether the engine knows how to bring the catalog to {@code needed}
     */
    public CatalogVersionException(String message, String found, String needed, boolean canMigrate) {
        super(message, "CatalogVersion", "0A000", false, null);
        this.found = found;
        this.needed = needed;
        this.canMigrate = canMigrate;
    }

    /** Returns the version that stands in the catalog. */
    public String found() {
        return found;
    }

    /** Returns the version that this library writes. */
    public String needed() {
        return needed;
    }

    /** Says whether {@link DuckLakeSettings.Builder#migrateCatalog} would help: true for older catalogs only. */
    public boolean canMigrate() {
        return canMigrate;
    }
}
