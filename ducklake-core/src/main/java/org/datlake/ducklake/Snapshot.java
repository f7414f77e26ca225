package org.datlake.ducklake;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One committed state of the lake.
 *
 * @param id the snapshot's id, DuckLake's version; the first is 0
 * @param time when it was committed, by the catalog's clock
 * @param schemaVersion changes whenever a table or schema does
 * @param changes what it changed, by DuckLake's words ({@code tables_created}, {@code tables_inserted_into} ...);
 *     tables appear by name where they are created, else by their id
 * @param author who committed it, if said
 * @param message why, if said
 * @param extraInfo what else was said
 */
public record Snapshot(
        long id,
        Instant time,
        long schemaVersion,
        Map<String, List<String>> changes,
        Optional<String> author,
        Optional<String> message,
        Optional<String> extraInfo) {}
